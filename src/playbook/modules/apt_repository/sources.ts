/** A line of a list of sources, as Ansible reads and writes it. */
interface SourceLine {
  /** It names a source: `deb …`, `deb-src …`, even behind `#`. */
  readonly valid: boolean;
  readonly enabled: boolean;
  readonly source: string;
  readonly comment: string;
}

/** Files of sources, by path. */
export type SourceFiles = ReadonlyMap<string, string>;

/** Reads one line. */
export const readLine = (written: string): SourceLine => {
  const trimmed = written.trim();
  const enabled = !trimmed.startsWith('#');
  const bare = enabled ? trimmed : trimmed.slice(1);
  const at = bare.indexOf('#');
  const [text, comment] = at > 0 ? [bare.slice(0, at), bare.slice(at + 1).trim()] : [bare, ''];
  const words = text.trim().split(/\s+/);
  const valid = words[0] === 'deb' || words[0] === 'deb-src';
  return { valid, enabled, source: valid ? words.join(' ') : text.trim(), comment };
};

const writeLine = ({ enabled, source, comment }: SourceLine): string =>
  `${enabled ? '' : '# '}${source}${comment === '' ? '' : ` # ${comment}`}\n`;

const linesOf = (content: string): readonly SourceLine[] =>
  (content.endsWith('\n') ? content.slice(0, -1) : content).split('\n').map(readLine);

const rewrite = (lines: readonly SourceLine[]): string => lines.map(writeLine).join('');

/** The files with this source enabled: where it is disabled it comes to life again, else it is added to `file`. */
export const addSource = (files: SourceFiles, source: string, file: string): SourceFiles => {
  const changed = new Map<string, string>();
  let found = false;
  for (const [path, content] of files) {
    const lines = content === '' ? [] : linesOf(content);
    const mine = lines.filter((line) => line.valid && line.source === source);
    found ||= mine.length > 0;
    if (mine.some((line) => !line.enabled))
      changed.set(path, rewrite(lines.map((line) => (mine.includes(line) ? { ...line, enabled: true } : line))));
  }
  if (found) return changed;
  const before = files.get(file) ?? '';
  const lines = before === '' ? [] : linesOf(before);
  return new Map([[file, rewrite([...lines, { valid: true, enabled: true, source, comment: '' }])]]);
};

/** The files without this source; an empty text is a file that goes. A disabled line stays. */
export const removeSource = (files: SourceFiles, source: string): SourceFiles => {
  const changed = new Map<string, string>();
  for (const [path, content] of files) {
    const lines = content === '' ? [] : linesOf(content);
    const kept = lines.filter((line) => !(line.valid && line.enabled && line.source === source));
    if (kept.length < lines.length) changed.set(path, rewrite(kept));
  }
  return changed;
};

/** The file's name that Ansible gives a source. */
export const suggestedName = (source: string): string => {
  const words = source
    .replace(/\[[^\]]+\]/g, '')
    .replace(/\w+:\/\//g, '')
    .split(/\s+/)
    .filter((word) => word !== '' && word !== 'deb' && word !== 'deb-src');
  const address = (words[0] ?? '').replace(/^[^@]*@/, '');
  return address
    .replace(/[^a-zA-Z0-9]/g, ' ')
    .trim()
    .split(/\s+/)
    .join('_');
};
