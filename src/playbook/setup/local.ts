import type { Json, JsonObject } from '#core/json.ts';
import type { Quote } from '../modules/module.ts';
import type { Fields } from '../modules/state/fields.ts';

/** Prints the facts a host has of its own: what lies in the folder, or what its programs there print. */
export const localProbe = (folder: string, quote: Quote): string =>
  `
f=${quote(folder)}; n=0
for f in "$f"/*.fact; do
  [ -f "$f" ] && [ -r "$f" ] || continue
  n=$((n + 1)); b=\${f##*/}; say "fact.$n" "\${b%.fact}"
  if [ -x "$f" ]; then t=$("$f" </dev/null 2>/dev/null; echo "=$?"); say "fact.$n.code" "\${t##*=}"; t=\${t%=*}; else t=$(cat "$f"); fi
  say raw "fact.$n"; printf '%s\\n' "$t" | sed 's/^/|/'
done`.trim();

/** A text as Python's ConfigParser reads it; undefined when it is none. */
function iniOf(text: string): JsonObject | undefined {
  const sections: Record<string, Record<string, Json>> = {};
  const common: Record<string, Json> = {};
  let open: Record<string, Json> | undefined;
  let last: string | undefined;
  for (const line of text.split('\n')) {
    if (/^\s*(?:[#;].*)?$/.test(line)) continue;
    const [, section] = /^\[([^\]]+)\]/.exec(line) ?? [];
    if (section !== undefined) {
      open = section === 'DEFAULT' ? common : (sections[section] ?? {});
      if (open !== common) sections[section] = open;
      last = undefined;
      continue;
    }
    if (open === undefined) return undefined;
    if (/^\s/.test(line) && last !== undefined) {
      open[last] = `${open[last]}\n${line.trim()}`;
      continue;
    }
    const [, key, value] = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) return undefined;
    last = key.trim().toLowerCase();
    open[last] = value.trim();
  }
  return Object.fromEntries(Object.entries(sections).map(([name, own]) => [name, { ...common, ...own }]));
}

function jsonOf(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `ansible_local`: JSON or INI, by the name of the file. What cannot be read says so in its place, as with Ansible. */
export function localFacts(fields: Fields): JsonObject {
  const facts: Record<string, Json> = {};
  for (let n = 1; ; n += 1) {
    const name = fields.get(`fact.${n}`);
    if (name === undefined) return facts;
    const text = fields.raw(`fact.${n}`) ?? '';
    const code = fields.get(`fact.${n}.code`);
    facts[name] =
      code !== undefined && code !== '0'
        ? `Failure executing fact script (${name}.fact), rc: ${code}`
        : (jsonOf(text) ?? iniOf(text) ?? `error loading facts as JSON or ini - please check content: ${name}.fact`);
  }
}
