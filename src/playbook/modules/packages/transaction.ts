import type { PackageChange } from './simulation.ts';

const sections: readonly (readonly [title: RegExp, kind: 'in' | 'out' | 'up'])[] = [
  [/^(?:Installing|Reinstalling)\b.*:$/, 'in'],
  [/^(?:Upgrading|Updating|Downgrading)\b.*:$/, 'up'],
  [/^Removing\b.*:$/, 'out'],
];

/** A row that was too long goes on in the next line. */
const joinRows = (lines: readonly string[]): readonly string[] => {
  const rows: string[] = [];
  for (const line of lines) {
    const last = rows.at(-1);
    if (last !== undefined && /^ \S+$/.test(last) && /^ {2,}\S/.test(line))
      rows[rows.length - 1] = `${last} ${line.trim()}`;
    else rows.push(line);
  }
  return rows;
};

/** What dnf or yum says it would do: its table of a transaction. `installed` are the versions now, by name. */
export const readTransaction = (text: string, installed: ReadonlyMap<string, string>): readonly PackageChange[] => {
  const changes: PackageChange[] = [];
  let kind: 'in' | 'out' | 'up' | undefined;
  for (const row of joinRows(text.split('\n'))) {
    const section = sections.find(([title]) => title.test(row));
    if (section !== undefined) kind = section[1];
    else if (!row.startsWith(' ')) kind = undefined;
    if (section !== undefined || kind === undefined) continue;
    const [, name, version] =
      /^ (\S+)\s+(?:x86_64|noarch|i[3-6]86|aarch64|ppc64le|s390x|armv7hl|src)\s+(\S+)\s/.exec(row) ?? [];
    if (name === undefined || version === undefined) continue;
    const before = kind === 'out' ? version : installed.get(name);
    changes.push({ name, ...(before !== undefined && { before }), ...(kind !== 'out' && { after: version }) });
  }
  return changes;
};
