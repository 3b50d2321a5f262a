import type { FstabLine } from './arguments.ts';

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\134').replaceAll(' ', '\\040').replaceAll('&', '\\046');

const names = ['src', 'name', 'fstype', 'opts', 'dump', 'passno'] as const;

/** The fields of a line; undefined for a comment, an empty line, or what is none. */
const fieldsOf = (line: string): readonly string[] | undefined => {
  const fields = line.trim().split(/\s+/);
  return line.trim() === '' || line.trim().startsWith('#') || fields.length < 4 || fields.length > 6
    ? undefined
    : fields;
};

const isMeant = (fields: readonly string[], wanted: FstabLine): boolean => {
  const [src, name, fstype] = fields;
  if (name !== escaped(wanted.name)) return false;
  const swap = name === 'none' && fstype === 'swap' && wanted.src !== '';
  return !swap || src === wanted.src;
};

const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+/g) ?? [];

/** The text with the line as wanted; undefined when it is there. Texts are bytes, one character each. */
export const withMount = (text: string, wanted: FstabLine): string | undefined => {
  const wantedFields = names.map((name) => escaped(wanted[name]));
  let [found, changed] = [false, false];
  const lines = linesOf(text)
    .map((line) => (line.endsWith('\n') ? line : `${line}\n`))
    .map((written) => {
      const fields = fieldsOf(written);
      if (fields === undefined || !isMeant(fields, wanted)) return written;
      found = true;
      if (wantedFields.every((value, index) => value === fields[index])) return written;
      changed = true;
      return `${wantedFields.join(' ')}\n`;
    });
  if (found && !changed) return undefined;
  return [...lines, ...(found ? [] : [`${wantedFields.join(' ')}\n`])].join('');
};

/** The text without the mount, also where its line leaves out the last two fields; undefined when it is not in it. */
export const withoutMount = (text: string, wanted: FstabLine): string | undefined => {
  const lines = linesOf(text);
  const kept = lines.filter((line) => {
    const fields = fieldsOf(line);
    return fields === undefined || !isMeant(fields, wanted);
  });
  return kept.length === lines.length ? undefined : kept.join('');
};

const unescaped = (value: string): string =>
  value.replace(/\\([0-7]{3})/g, (_whole, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

/** What is mounted at a path, by `/proc/self/mountinfo`: its sources, the folder of a bind mount among them. */
export const mountedAt = (mountinfo: string, path: string): readonly string[] => {
  const at = path.length > 1 ? path.replace(/\/+$/, '') : path;
  return mountinfo.split('\n').flatMap((line) => {
    const fields = line.trim().split(' ');
    if (fields.length < 7 || unescaped(fields[4] ?? '') !== at) return [];
    return [unescaped(fields.at(-2) ?? ''), unescaped(fields[3] ?? '')];
  });
};
