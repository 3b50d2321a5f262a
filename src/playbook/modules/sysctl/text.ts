const setting = (line: string): readonly [string, string] | undefined => {
  const trimmed = line.trim();
  const at = trimmed.indexOf('=');
  if (trimmed === '' || /^[#;]/.test(trimmed) || at < 0) return undefined;
  return [trimmed.slice(0, at).trim(), trimmed.slice(at + 1).trim()];
};

const last = (lines: readonly string[], name: string): string | undefined =>
  lines.map(setting).findLast((read) => read?.[0] === name)?.[1];

const withSetting = (lines: readonly string[], name: string, value: string | undefined): readonly string[] => {
  const seen = new Set<string>();
  const after: string[] = [];
  for (const line of lines) {
    const read = setting(line);
    if (read === undefined) after.push(line.trim());
    else if (!seen.has(read[0])) {
      seen.add(read[0]);
      if (read[0] !== name) after.push(`${read[0]}=${read[1]}`);
      else if (value !== undefined) after.push(`${name}=${value}`);
    }
  }
  return seen.has(name) || value === undefined ? after : [...after, `${name}=${value}`];
};

/**
 * The file with the setting, or without it when there is no value; undefined when nothing is to be done. A file that is
 * written has each setting once, as `name=value`: as Ansible leaves it.
 */
export const editSysctl = (text: string, name: string, value: string | undefined): string | undefined => {
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  const now = last(lines, name);
  if (value === undefined ? now === undefined || now === '' : now === value) return undefined;
  return withSetting(lines, name, value)
    .map((line) => `${line}\n`)
    .join('');
};

/** Values are alike when their words are: the kernel writes tabs between them. */
export const sameWords = (one: string, other: string): boolean =>
  one.trim().split(/\s+/).join(' ') === other.trim().split(/\s+/).join(' ');
