import type { JsonObject } from '#core/json.ts';
import type { Applied, ModuleArg, Quote } from '../module.ts';
import { type Fields, readFields } from '../state/fields.ts';
import { assignPath } from '../state/script.ts';
import { sayFunction, toolPath } from '../state/tools.ts';
import { mysqlBegin, optionValue } from './quote.ts';

/** How one logs in: arguments that every module of MySQL has. */
export const loginArguments = {
  login_user: { type: 'str' },
  login_password: { type: 'str' },
  login_host: { type: 'str', default: 'localhost' },
  login_port: { type: 'int', default: 3306 },
  login_unix_socket: { type: 'str' },
  config_file: { type: 'path', default: '~/.my.cnf' },
  connect_timeout: { type: 'int', default: 30 },
  client_cert: { type: 'path', aliases: ['ssl_cert'] },
  client_key: { type: 'path', aliases: ['ssl_key'] },
  ca_cert: { type: 'path', aliases: ['ssl_ca'] },
  check_hostname: { type: 'bool' },
  check_implicit_admin: { type: 'bool', default: false },
} satisfies Record<string, ModuleArg>;

/** A login, as a file of options. */
export interface Login {
  readonly lines: readonly string[];
  /** The file the host may have such lines in. */
  readonly file: string;
  /** First tried as root without a password. */
  readonly implicit: boolean;
}

/** Reads how to log in. Without a socket, `localhost` is reached by the one the client knows. */
export const loginOf = (args: JsonObject): Login => {
  const option = (name: string, value: unknown): readonly string[] =>
    value === undefined || value === '' ? [] : [`${name}=${optionValue(String(value))}`];
  const socket = args.login_unix_socket;
  const port = args.login_port === 3306 && args.login_host === 'localhost' ? undefined : args.login_port;
  const place =
    socket === undefined || socket === ''
      ? [
          ...(args.login_host === 'localhost' ? [] : option('host', args.login_host)),
          ...option('port', port),
          ...(port !== undefined && args.login_host === 'localhost' ? ['host=127.0.0.1'] : []),
        ]
      : option('socket', socket);
  return {
    lines: [
      ...place,
      ...option('user', args.login_user),
      ...(args.login_password === undefined ? [] : [`password=${optionValue(String(args.login_password))}`]),
      ...option('loose-connect_timeout', args.connect_timeout),
      ...option('ssl-cert', args.client_cert),
      ...option('ssl-key', args.client_key),
      ...option('ssl-ca', args.ca_cert),
      ...(args.check_hostname === true ? ['loose-ssl-verify-server-cert'] : []),
    ],
    file: String(args.config_file ?? '~/.my.cnf'),
    implicit: args.check_implicit_admin === true,
  };
};

const place = /^(?:host|port|socket|loose|ssl)/;

/**
 * What every script about MySQL begins with: \`my\` is the client, which reads SQL; the login is in a file only its owner
 * reads, gone when the script ends.
 */
export const mysqlBeginning = (login: Login, quote: Quote): string => {
  const without = login.lines.filter((line) => place.test(line));
  const lines = (all: readonly string[]): string => all.map(quote).join(' ');
  return [
    toolPath,
    sayFunction,
    'm=$(command -v mariadb || command -v mysql) || { echo missing=mysql; echo end; exit 0; }',
    'umask 077; D=$(mktemp -d) || exit 1',
    `trap 'rm -rf "$D"' EXIT; trap 'exit 1' HUP INT TERM`,
    assignPath('c', login.file, quote),
    '{ [ ! -r "$c" ] || printf "!include %s\\n" "$c"; echo; } >"$D/base"',
    `{ cat "$D/base"; printf '%s\\n' '[client]' ${lines(login.lines)}; } >"$D/my.cnf"`,
    'F=$D/my.cnf',
    `my() { { printf '%s\\n' ${quote(mysqlBegin)}; cat; } | "$m" --defaults-file="$F" --batch --skip-column-names --default-character-set=utf8mb4 "$@"; }`,
    ...(login.implicit
      ? [
          `{ cat "$D/base"; printf '%s\\n' '[client]' ${lines([...without, 'user=root', 'password=""'])}; } >"$D/root.cnf"`,
          'F=$D/root.cnf; echo "SELECT 1;" | my >/dev/null 2>&1 || F=$D/my.cnf',
        ]
      : []),
  ].join('\n');
};

/** A line that gives the client SQL. */
export const mysqlLine = (sql: string, quote: Quote, options = ''): string =>
  `printf '%s\\n' ${quote(sql)} | my${options}`;

/** A question whose answer is kept under a key; when the server does not answer, that is kept, and nothing else asked. */
export const mysqlAsk = (key: string, sql: string, quote: Quote): string =>
  `o=$(${mysqlLine(sql, quote)} 2>"$D/error") || { say down <"$D/error"; echo end; exit 0; }; printf '%s\\n' "$o" | say ${key}`;

/** Rows of what the client printed: its escapes undone. */
export const mysqlRows = (fields: Fields, key: string): readonly (readonly string[])[] =>
  (fields.raw(key) ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) =>
      line.split('\t').map((cell) => cell.replace(/\\(.)/g, (_all, char: string) => escapes[char] ?? char)),
    );

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', '0': '\0', '\\': '\\' };

/** What a probe said, or why nothing can be said. */
export const readMysql = (output: Applied, module: string): { readonly fields: Fields; readonly failed?: string } => {
  const fields = readFields(output);
  if (fields.get('missing') !== undefined)
    return {
      fields,
      failed: `${module}: the host has neither mariadb nor mysql. Install the client there (mariadb-client or mysql-client).`,
    };
  const down = fields.raw('down');
  return down === undefined
    ? { fields }
    : {
        fields,
        failed: `unable to connect to database, check login_user and login_password are correct or the config file has the credentials: ${down.trim().slice(-500)}`,
      };
};
