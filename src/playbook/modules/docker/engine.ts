import type { Json, JsonObject } from '#core/json.ts';
import type { Applied, ModuleArg, Quote } from '../module.ts';
import { type Fields, readFields } from '../state/fields.ts';
import { missingTool, needFunction, sayFunction, toolPath } from '../state/tools.ts';

/** Which engine is spoken to: arguments that every module of Docker has. `timeout` and `debug` have no effect: the docker command has its own. */
export const engineArguments = {
  docker_host: { type: 'str', aliases: ['docker_url'] },
  api_version: { type: 'str', aliases: ['docker_api_version'] },
  tls: { type: 'bool', default: false },
  validate_certs: { type: 'bool', default: false, aliases: ['tls_verify'] },
  ca_path: { type: 'path', aliases: ['ca_cert', 'tls_ca_cert', 'cacert_path'] },
  client_cert: { type: 'path', aliases: ['tls_client_cert', 'cert_path'] },
  client_key: { type: 'path', aliases: ['tls_client_key', 'key_path'] },
  timeout: { type: 'int' },
  debug: { type: 'bool', default: false },
} satisfies Record<string, ModuleArg>;

/** The options of the docker command that say which engine, and the version of its API. */
export interface Engine {
  readonly options: readonly string[];
  readonly version?: string;
}

/** Reads which engine the task means; without a word, the one the host's docker command talks to. */
export const engineOf = (args: JsonObject): Engine => {
  const option = (name: string, value: Json | undefined): readonly string[] =>
    typeof value === 'string' && value !== '' ? [`--${name}=${value}`] : [];
  const version = args.api_version;
  return {
    options: [
      ...option('host', args.docker_host),
      ...(args.validate_certs === true ? ['--tlsverify'] : args.tls === true ? ['--tls'] : []),
      ...option('tlscacert', args.ca_path),
      ...option('tlscert', args.client_cert),
      ...option('tlskey', args.client_key),
    ],
    ...(typeof version === 'string' && version !== 'auto' && { version }),
  };
};

/** What every script about Docker begins with: `dk` is the docker command for this engine. */
export const dockerBegin = (engine: Engine, quote: Quote): string =>
  [
    toolPath,
    ...(engine.version === undefined ? [] : [`DOCKER_API_VERSION=${quote(engine.version)}; export DOCKER_API_VERSION`]),
    `dk() { docker ${[...engine.options.map(quote), '"$@"'].join(' ')} </dev/null; }`,
  ].join('\n');

/* Whether something is not there or the engine does not answer is asked, not guessed from words. */
const lookFunction = String.raw`look() {
  if j=$(dk "$2" inspect -- "$3" 2>/dev/null); then printf '%s\n' "$j" | say "$1"; return 0; fi
  [ -n "$up" ] || { e=$(dk version --format '{{.Server.Version}}' 2>&1) || { printf '%s\n' "$e" | say down; echo end; exit 0; }; up=1; }
}`;

/** What every probe of Docker begins with: \`look KEY KIND NAME\` prints what the engine knows, or nothing. */
export const dockerProbe = (engine: Engine, quote: Quote): string =>
  [dockerBegin(engine, quote), sayFunction, needFunction, 'need docker', 'up=', lookFunction].join('\n');

/** What a probe found out. */
export interface Found {
  readonly fields: Fields;
  /** Why nothing can be said. */
  readonly failed?: string;
}

/** Reads a probe of Docker. */
export const readFound = (output: Applied, module: string): Found => {
  const fields = readFields(output);
  const missing = missingTool(fields, module, 'Install Docker there (docker.io or docker-ce, or docker-cli).');
  const down = fields.raw('down');
  const failed =
    missing ??
    (down === undefined ? undefined : `${module}: the host's Docker does not answer: ${down.trim().slice(-500)}`);
  return { fields, ...(failed !== undefined && { failed }) };
};

/** True for an object of JSON. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The part of an object at these names; null when there is none. */
export const at = (value: Json | undefined, ...names: readonly string[]): Json => {
  let part: Json | undefined = value;
  for (const name of names) part = isObject(part) ? part[name] : undefined;
  return part ?? null;
};

/** An object's part as an object, empty when it is none. */
export const objectAt = (value: Json | undefined, ...names: readonly string[]): JsonObject => {
  const part = at(value, ...names);
  return isObject(part) ? part : {};
};

/** A list's part as a list, empty when it is none. */
export const listAt = (value: Json | undefined, ...names: readonly string[]): readonly Json[] => {
  const part = at(value, ...names);
  return Array.isArray(part) ? part : [];
};

const parse = (text: string): Json => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
};

/** What `docker inspect` printed under a key; undefined when there is no such thing. */
export const inspected = (fields: Fields, key: string): JsonObject | undefined => {
  const text = fields.raw(key);
  const first = text === undefined ? null : listAt({ all: parse(text) }, 'all')[0];
  return isObject(first) ? first : undefined;
};

/** The last JSON list a script printed: what `docker inspect` said at its end. */
export const printed = (stdout: string): JsonObject | undefined => {
  const start = stdout.startsWith('[') ? 0 : stdout.lastIndexOf('\n[\n') + 1;
  const first = listAt({ all: parse(stdout.slice(start)) }, 'all')[0];
  return isObject(first) ? first : undefined;
};

/** A value of a dictionary as Docker takes it: `true` and numbers as text. */
export const textOf = (value: Json): string =>
  typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value);

/** A dictionary of texts. */
export const textsOf = (value: Json | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(isObject(value) ? value : {}).map(([key, one]) => [key, textOf(one)]));

/** Ends a script whose line failed with that line's code. */
export const orExit = (line: string): string => `${line} || exit $?`;
