import type { JsonObject } from '#core/json.ts';
import type { Applied, Quote } from '../module.ts';
import { readFields } from '../state/fields.ts';
import { missingTool, needFunction, sayFunction, toolPath } from '../state/tools.ts';
import type { SystemdArgs } from './arguments.ts';

/** How a unit stands. */
export interface SystemdState {
  readonly failed?: string;
  readonly exists: boolean;
  readonly masked: boolean;
  readonly enabled: boolean;
  /** `active`, `inactive`, `failed`…; absent where systemd does not run. */
  readonly active?: string;
  /** The host is a chroot, or systemd is offline: nothing can be started. */
  readonly offline: boolean;
  /** What `systemctl show` says. */
  readonly status: JsonObject;
}

/** What every script about systemd begins with. */
export const systemdBegin = [toolPath, `: "\${XDG_RUNTIME_DIR:=/run/user/$(id -u)}"; export XDG_RUNTIME_DIR`].join(
  '\n',
);

/** Unit files count even before systemd has read them: a reload may be part of the same task. */
const unitFile = `for f in /etc/systemd/system /run/systemd/system /usr/local/lib/systemd/system /usr/lib/systemd/system /lib/systemd/system; do
  for g in "$f/$n" "$f/$n.service"; do [ -f "$g" ] && echo file=yes; done
done`;

const initScript = `if [ -f "/etc/init.d/\${n%.service}" ]; then echo init=yes
  for f in /etc/rc[2345].d/S[0-9][0-9]"\${n%.service}"; do [ -e "$f" ] && echo init.enabled=yes && break; done
fi`;

/** Asks systemd about the unit. Without a unit there is nothing to ask. */
export const probeSystemd = (args: SystemdArgs, quote: Quote): string => {
  const systemctl = ['systemctl', ...args.options].join(' ');
  const unit = [
    `n=${quote(args.name ?? '')}`,
    `r=$(${systemctl} show "$n" 2>&1); echo "show=$?"; printf '%s\\n' "$r" | say show`,
    `r=$(${systemctl} is-enabled "$n" -l 2>/dev/null); echo "enabled=$?"; printf '%s\\n' "$r" | say enabled`,
    args.scope === 'system' ? initScript : '',
    args.scope === 'system' ? unitFile : '',
  ];
  return [
    systemdBegin,
    needFunction,
    sayFunction,
    'need systemctl',
    ...(args.name === undefined ? [] : unit),
    'echo end',
  ]
    .filter((line) => line !== '')
    .join('\n');
};

/** Values of `Exec…` may go over several lines, in braces. */
export const readShow = (text: string): Readonly<Record<string, string>> => {
  const values: Record<string, string> = {};
  let open: { readonly key: string; readonly lines: string[] } | undefined;
  for (const line of text.split('\n')) {
    if (open !== undefined) {
      open.lines.push(line);
      if (!line.trimEnd().endsWith('}')) continue;
      values[open.key] = open.lines.join('\n').trim();
      open = undefined;
      continue;
    }
    const at = line.indexOf('=');
    if (at < 0) continue;
    const [key, value] = [line.slice(0, at), line.slice(at + 1)];
    if (key.startsWith('Exec') && value.trimStart().startsWith('{') && !value.trimEnd().endsWith('}'))
      open = { key, lines: [value] };
    else values[key] = value.trim();
  }
  return values;
};

const known = new Set(
  'enabled enabled-runtime linked linked-runtime masked masked-runtime static indirect disabled generated transient'.split(
    ' ',
  ),
);

/** Reads what the probe printed. */
export const readSystemd = (output: Applied, args: SystemdArgs): SystemdState => {
  const fields = readFields(output);
  const missing = missingTool(fields, 'systemd', 'Use the module service there.');
  const shown = fields.raw('show') ?? '';
  const ignored = !shown.includes('=') && /ignoring (?:request|command)/.test(shown);
  const runs = fields.get('show') === '0' && !ignored;
  const status = runs ? readShow(shown) : {};
  const lines = (fields.raw('enabled') ?? '').trim().split('\n');
  const word = lines[0] ?? '';
  const loaded = status.LoadState !== undefined && status.LoadState !== 'not-found';
  const loadError = loaded && status.LoadState !== 'masked' ? status.LoadError : undefined;
  const alone = lines.length === 1 && (word === 'indirect' || word === 'alias');
  const byInit = fields.get('enabled') === '1' && !word.endsWith('disabled') && fields.get('init.enabled') === 'yes';
  const failed = missing ?? (loadError ? `Error loading unit file '${args.name}': ${loadError}` : undefined);
  return {
    ...(failed !== undefined && { failed }),
    exists: loaded || fields.get('file') === 'yes' || fields.get('init') === 'yes' || (!runs && known.has(word)),
    masked: word === 'masked',
    enabled: (fields.get('enabled') === '0' && !alone) || byInit,
    ...(status.ActiveState !== undefined && { active: status.ActiveState }),
    offline: ignored,
    status,
  };
};
