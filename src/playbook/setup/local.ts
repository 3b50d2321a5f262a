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
  say raw "fact.$n"; printf '%sx\\n' "$t" | sed 's/^/|/'
done`.trim();

type Keys = Map<string, string>;

/**
 * A text as Python's ConfigParser reads it; undefined when it is none. A host writes it: its names are the keys of maps
 * until all are read, since an object has names of its own.
 */
function iniOf(text: string): JsonObject | undefined {
  const sections = new Map<string, Keys>();
  const common: Keys = new Map();
  let open: Keys | undefined;
  let last: string | undefined;
  for (const line of text.split('\n')) {
    if (/^\s*(?:[#;].*)?$/.test(line)) continue;
    const [, section] = /^\[([^\]]+)\]/.exec(line) ?? [];
    if (section !== undefined) {
      open = section === 'DEFAULT' ? common : (sections.get(section) ?? new Map());
      if (open !== common) sections.set(section, open);
      last = undefined;
      continue;
    }
    if (open === undefined) return undefined;
    if (/^\s/.test(line) && last !== undefined) {
      open.set(last, `${open.get(last)}\n${line.trim()}`);
      continue;
    }
    const [, key, value] = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) return undefined;
    last = key.trim().toLowerCase();
    open.set(last, value.trim());
  }
  return Object.fromEntries(
    [...sections].map(([name, own]) => [name, Object.fromEntries(new Map([...common, ...own]))]),
  );
}

function jsonOf(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One fact; what cannot be read says so in its place, as with Ansible. */
function factOf(fields: Fields, number: number, name: string): Json {
  const code = fields.get(`fact.${number}.code`);
  if (code !== undefined && code !== '0') return `Failure executing fact script (${name}.fact), rc: ${code}`;
  const text = fields.raw(`fact.${number}`) ?? '';
  return jsonOf(text) ?? iniOf(text) ?? `error loading facts as JSON or ini - please check content: ${name}.fact`;
}

/** `ansible_local`: JSON or INI, by the name of the file. */
export function localFacts(fields: Fields): JsonObject {
  const facts: (readonly [string, Json])[] = [];
  for (let number = 1; ; number += 1) {
    const name = fields.get(`fact.${number}`);
    if (name === undefined) return Object.fromEntries(facts);
    facts.push([name, factOf(fields, number, name)]);
  }
}
