import { Fault } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import { t } from '#core/text.ts';
import type { CommandArgs } from '../command/arguments.ts';
import type { Controller, ModuleArg } from '../module.ts';
import { type Attributes, attributeArgs, readAttributes } from '../state/attributes.ts';
import { tidyPath } from '../state/script.ts';
import { multipart } from './multipart.ts';

/** The arguments of `uri`. */
export const uriArguments = {
  url: { type: 'str', required: true },
  method: { type: 'str', default: 'GET' },
  body: { type: 'raw' },
  body_format: { type: 'str', default: 'raw', choices: ['raw', 'json', 'form-urlencoded', 'form-multipart'] },
  headers: { type: 'dict', default: {} },
  status_code: { type: 'list', default: [200] },
  return_content: { type: 'bool', default: false },
  timeout: { type: 'int', default: 30 },
  validate_certs: { type: 'bool', default: true },
  url_username: { type: 'str', aliases: ['user'] },
  url_password: { type: 'str', aliases: ['password'] },
  force_basic_auth: { type: 'bool', default: false },
  follow_redirects: { type: 'str', default: 'safe', choices: ['all', 'no', 'none', 'safe', 'urllib2', 'yes'] },
  http_agent: { type: 'str', default: 'ansible-httpget' },
  creates: { type: 'path' },
  removes: { type: 'path' },
  src: { type: 'path' },
  remote_src: { type: 'bool', default: false },
  dest: { type: 'path' },
  force: { type: 'bool', default: false },
  ca_path: { type: 'path' },
  client_cert: { type: 'path' },
  client_key: { type: 'path' },
  unix_socket: { type: 'path' },
  use_proxy: { type: 'bool', default: true },
  ...attributeArgs,
} satisfies Record<string, ModuleArg>;

/** Prepared arguments of `uri`. */
export interface UriArgs {
  readonly url: string;
  readonly method: string;
  readonly body?: Buffer;
  /** A file of the host that is sent. */
  readonly source?: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly statusCodes: readonly number[];
  readonly returnContent: boolean;
  readonly timeoutSeconds: number;
  readonly verify: boolean;
  readonly redirects: boolean;
  readonly proxy: boolean;
  /** Files of the host: what certificates are checked by, who the host is, what is spoken through. */
  readonly paths: Readonly<Partial<Record<'authority' | 'certificate' | 'key' | 'socket', string>>>;
  /** Where the answer goes. */
  readonly dest?: string;
  /** Its name, where that is a folder. */
  readonly destName: string;
  /** Asked for also where the file that is there is the newest. */
  readonly force: boolean;
  readonly attributes: Attributes;
  /** `creates` and `removes`, decided as for a command. */
  readonly when: CommandArgs;
}

const wrong = (en: string, fr: string): Fault => new Fault({ code: 'module.arguments', say: t(en, fr) });

const isPairs = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

const formOf = (body: Json): string => {
  if (!isPairs(body)) return textOf(body);
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(body)) {
    for (const item of Array.isArray(value) ? value : [value]) form.append(name, textOf(item as Json));
  }
  return form.toString();
};

const types: Readonly<Record<string, string>> = {
  json: 'application/json',
  'form-urlencoded': 'application/x-www-form-urlencoded',
};

/** What is sent, and of what type that is by itself. */
interface Body {
  readonly content?: Buffer;
  readonly source?: string;
  readonly type?: string;
}

async function bodyOf(args: JsonObject, format: string, controller: Controller): Promise<Body> {
  const { body, src } = args;
  const type = types[format];
  if (typeof src === 'string') {
    if (body !== undefined && body !== null)
      throw wrong('uri: body and src are mutually exclusive.', 'uri : body ou src, pas les deux.');
    const typed = type === undefined ? {} : { type };
    if (args.remote_src === true) return { source: tidyPath(src), ...typed };
    return { content: (await controller.read(src, 'files')).content, ...typed };
  }
  if (body === undefined || body === null) return {};
  if (format === 'form-multipart') return multipart(body, args.remote_src === true, controller);
  const content = Buffer.from(format === 'form-urlencoded' ? formOf(body) : textOf(body));
  return { content, ...(type !== undefined && { type }) };
}

const checkHeader = (name: string, value: string): void => {
  if (/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && !/[\r\n\0]/.test(value)) return;
  throw wrong(`The header “${name}” is not possible.`, `L’en-tête « ${name} » n’est pas possible.`);
};

/** The headers as they are sent, with who asks and with what password; `type` is that of the body. */
export const headersOf = (args: JsonObject, type?: string): readonly (readonly [string, string])[] => {
  const all = isPairs(args.headers ?? {}) ? Object.entries(args.headers as JsonObject) : [];
  // What parts such a body is in its own type only.
  const parted = type?.startsWith('multipart/') === true;
  const given = all.filter(([name]) => !(parted && name.toLowerCase() === 'content-type'));
  const headers = given.map(([name, value]): [string, string] => [name, textOf(value)]);
  const has = (name: string): boolean => headers.some(([own]) => own.toLowerCase() === name);
  if (type !== undefined && !has('content-type')) headers.push(['Content-Type', type]);
  if (args.force === true && !has('cache-control')) headers.push(['Cache-Control', 'no-cache']);
  if (!has('user-agent')) headers.push(['User-Agent', String(args.http_agent)]);
  if (typeof args.url_username === 'string') {
    const credentials = `${args.url_username}:${typeof args.url_password === 'string' ? args.url_password : ''}`;
    headers.push(['Authorization', `Basic ${Buffer.from(credentials).toString('base64')}`]);
  }
  for (const [name, value] of headers) checkHeader(name, value);
  return headers;
};

const isWebAddress = (url: string): boolean => {
  if (/[\s\0]/.test(url) || !URL.canParse(url)) return false;
  return ['http:', 'https:'].includes(new URL(url).protocol);
};

/** The last part of an address, as it is written there. */
export const nameOf = (url: string): string => {
  const name =
    url
      .replace(/^[a-z]+:\/\/[^/?#]*/i, '')
      .replace(/[?#].*$/s, '')
      .split('/')
      .at(-1) ?? '';
  return name === '' || name === '.' || name === '..' ? 'index.html' : name;
};

const whenOf = (args: JsonObject): CommandArgs => ({
  words: [],
  strip: true,
  expand: false,
  ...(typeof args.creates === 'string' && { creates: args.creates }),
  ...(typeof args.removes === 'string' && { removes: args.removes }),
});

const pathsOf = (args: JsonObject): UriArgs['paths'] => {
  const path = (name: string, as: string): Record<string, string> =>
    typeof args[name] === 'string' ? { [as]: tidyPath(args[name]) } : {};
  return {
    ...path('ca_path', 'authority'),
    ...path('client_cert', 'certificate'),
    ...path('client_key', 'key'),
    ...path('unix_socket', 'socket'),
  };
};

/** Checks the arguments. Throws a Fault for an address or a header that cannot be. */
export const prepareUri = async (args: JsonObject, controller: Controller): Promise<UriArgs> => {
  const url = String(args.url);
  const method = String(args.method).toUpperCase();
  if (!isWebAddress(url))
    throw wrong(
      `uri: “${url}” is not an http or https address.`,
      `uri : « ${url} » n’est pas une adresse http ou https.`,
    );
  if (!/^[A-Z]+$/.test(method))
    throw wrong(`uri: “${method}” is not a method.`, `uri : « ${method} » n’est pas une méthode.`);
  const codes = Array.isArray(args.status_code) ? args.status_code.map(Number) : [200];
  if (codes.some((code) => !Number.isInteger(code)))
    throw wrong('uri: status_code must be numbers.', 'uri : status_code doit être des nombres.');
  const format = String(args.body_format);
  const { content, source, type } = await bodyOf(args, format, controller);
  const follow = String(args.follow_redirects);
  const redirects =
    follow === 'all' ||
    follow === 'yes' ||
    follow === 'urllib2' ||
    (follow === 'safe' && (method === 'GET' || method === 'HEAD'));
  return {
    url,
    method,
    ...(content !== undefined && { body: content }),
    ...(source !== undefined && { source }),
    headers: headersOf(args, type),
    statusCodes: codes,
    returnContent: args.return_content === true,
    timeoutSeconds: Number(args.timeout),
    verify: args.validate_certs !== false,
    redirects,
    proxy: args.use_proxy !== false,
    paths: pathsOf(args),
    ...(typeof args.dest === 'string' && { dest: tidyPath(args.dest) }),
    destName: nameOf(url),
    force: args.force === true,
    attributes: readAttributes(args),
    when: whenOf(args),
  };
};
