import type { JsonObject } from '#core/json.ts';
import type { Quote } from '../module.ts';
import { assignPath, tidyPath } from '../state/script.ts';
import { sayFunction, toolPath } from '../state/tools.ts';

/** How `supervisorctl` is called. */
export interface Client {
  readonly tool: string;
  readonly config: string;
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

const textOf = (value: unknown): string => (value === undefined ? '' : String(value));

const pathOf = (value: unknown): string => (value === undefined ? '' : tidyPath(String(value)));

/** Reads how it is called. */
export const clientOf = (args: JsonObject): Client => ({
  tool: pathOf(args.supervisorctl_path),
  config: pathOf(args.config),
  url: textOf(args.server_url),
  user: textOf(args.username),
  password: textOf(args.password),
});

/**
 * With a password: it goes through the environment into a file of options, for the words of a command are everybody's to
 * see. What that file takes the place of is read here: where the server is, and as whom.
 */
const withPassword = ({ password }: Client, quote: Quote): readonly string[] => [
  'o=$c; for f in supervisord.conf etc/supervisord.conf /etc/supervisord.conf /etc/supervisor/supervisord.conf; do',
  '  [ -z "$o" ] && [ -e "$f" ] && o=$f',
  'done',
  `of() { sed -n -e '/^\\[supervisorctl]/,/^\\[/{' -e 's/[[:blank:]][;#].*//' -e "s/^$1[[:blank:]]*[=:][[:blank:]]*//p" -e '}' "\${o:-/dev/null}" 2>/dev/null | tail -n 1; }`,
  '[ -n "$u" ] || u=$(of serverurl); [ -n "$n" ] || n=$(of username)',
  `case $u in *'%(here)s'*) u=\${u%%'%(here)s'*}$(cd "$(dirname "$o")" && pwd)\${u#*'%(here)s'} ;; esac`,
  'umask 077; D=$(mktemp -d) || exit 1',
  `trap 'rm -rf "$D"' EXIT; trap 'exit 1' HUP INT TERM`,
  String.raw`c=$D/conf; printf '[supervisorctl]\npassword = %%(ENV_QUARTERDECK_PASSWORD)s\n' >"$c" || exit 1`,
  `ctl() { QUARTERDECK_PASSWORD=${quote(password)} "$S" -c "$c" \${u:+-s "$u"} \${n:+-u "$n"} "$@" </dev/null; }`,
];

/** What every script begins with: `ctl` is `supervisorctl` as the task wants it called. */
export const clientLines = (client: Client, quote: Quote): string =>
  [
    toolPath,
    sayFunction,
    ...(client.tool === ''
      ? ['S=supervisorctl; command -v "$S" >/dev/null 2>&1 || { echo missing=supervisorctl; echo end; exit 0; }']
      : [assignPath('S', client.tool, quote), '[ -f "$S" ] && [ -x "$S" ] || { echo notool=yes; echo end; exit 0; }']),
    client.config === '' ? 'c=' : assignPath('c', client.config, quote),
    `u=${quote(client.url)} n=${quote(client.user)}`,
    ...(client.password === ''
      ? ['ctl() { "$S" ${c:+-c "$c"} ${u:+-s "$u"} ${n:+-u "$n"} "$@" </dev/null; }']
      : withPassword(client, quote)),
  ].join('\n');
