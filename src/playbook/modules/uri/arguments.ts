import { Fault } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import { t } from '#core/text.ts';
import type { CommandArgs } from '../command/arguments.ts';
import type { ModuleArg } from '../module.ts';

/** The arguments of `uri`. */
export const uriArguments = {
  url: { type: 'str', required: true },
  method: { type: 'str', default: 'GET' },
  body: { type: 'raw' },
  body_format: { type: 'str', default: 'raw', choices: ['raw', 'json', 'form-urlencoded'] },
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
} satisfies Record<string, ModuleArg>;

/** Prepared arguments of `uri`. */
export interface UriArgs {
  readonly url: string;
  readonly method: string;
  readonly body?: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly statusCodes: readonly number[];
  readonly returnContent: boolean;
  readonly timeoutSeconds: number;
  readonly verify: boolean;
  readonly redirects: boolean;
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

const bodyOf = (body: Json | undefined, format: string): string | undefined => {
  if (body === undefined || body === null) return undefined;
  return format === 'form-urlencoded' ? formOf(body) : textOf(body);
};

const checkHeader = (name: string, value: string): void => {
  if (/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && !/[\r\n\0]/.test(value)) return;
  throw wrong(`The header “${name}” is not possible.`, `L’en-tête « ${name} » n’est pas possible.`);
};

/** The headers as they are sent, with who asks and with what password. */
export const headersOf = (
  args: JsonObject,
  format: string,
  hasBody: boolean,
): readonly (readonly [string, string])[] => {
  const given = isPairs(args.headers ?? {}) ? Object.entries(args.headers as JsonObject) : [];
  const headers = given.map(([name, value]): [string, string] => [name, textOf(value)]);
  const has = (name: string): boolean => headers.some(([own]) => own.toLowerCase() === name);
  const type = types[format];
  if (hasBody && type !== undefined && !has('content-type')) headers.push(['Content-Type', type]);
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

const whenOf = (args: JsonObject): CommandArgs => ({
  words: [],
  strip: true,
  expand: false,
  ...(typeof args.creates === 'string' && { creates: args.creates }),
  ...(typeof args.removes === 'string' && { removes: args.removes }),
});

/** Checks the arguments. Throws a Fault for an address or a header that cannot be. */
export const prepareUri = (args: JsonObject): UriArgs => {
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
  const body = bodyOf(args.body, format);
  const follow = String(args.follow_redirects);
  const redirects =
    follow === 'all' ||
    follow === 'yes' ||
    follow === 'urllib2' ||
    (follow === 'safe' && (method === 'GET' || method === 'HEAD'));
  return {
    url,
    method,
    ...(body !== undefined && { body }),
    headers: headersOf(args, format, body !== undefined),
    statusCodes: codes,
    returnContent: args.return_content === true,
    timeoutSeconds: Number(args.timeout),
    verify: args.validate_certs !== false,
    redirects,
    when: whenOf(args),
  };
};
