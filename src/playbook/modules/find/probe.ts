import type { Applied, Quote } from '../module.ts';
import { fromHex, readFields } from '../state/fields.ts';
import { assignPath, shellFunctions } from '../state/script.ts';
import type { FindArgs } from './arguments.ts';

/** Something below one of the paths. */
export interface Entry {
  readonly path: string;
  /** File type and permission bits together. */
  readonly bits: number;
  readonly links: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly inode: number;
  readonly device: number;
  readonly atime: number;
  readonly mtime: number;
  readonly ctime: number;
  readonly owner: string;
  readonly group: string;
  readonly checksum?: string;
  /** The text, when it is to be searched; undefined for one that cannot be. */
  readonly content?: Buffer;
}

/** What the host found. */
export interface FindState {
  /** The host's clock, in seconds. */
  readonly now: number;
  readonly entries: readonly Entry[];
  readonly examined: number;
  /** Paths that are no folders. */
  readonly skipped: readonly string[];
  readonly failed?: string;
}

/** The largest file that is searched for a text. */
const contentLimit = 1_048_576;

const format = '%f %h %u %g %s %i %d %X %Y %Z %U %G';

/** One line about each thing, then its name; names that hold a newline in hexadecimal, so that none can pretend to be a line. */
const listScript = (args: FindArgs, quote: Quote): string => {
  const extra = [
    ...(args.checksum ? ['[ ! -f "$f" ] || [ -L "$f" ] || { sum it "$f" >/dev/null; echo "sum=${h#sha1:}"; }'] : []),
    ...(args.contains === undefined ? [] : [`[ ! -f "$f" ] || [ -L "$f" ] || bytes text "$f" ${contentLimit}`]),
  ];
  const one = `${shellFunctions('hex', 'sum', 'bytes')}
nl='
'
for f; do
  s=$(stat -c ${quote(format)} "$f" 2>/dev/null) || continue
  printf 'stat=%s\\n' "$s"
  case $f in *"$nl"*) echo "named=$(hex "$f")" ;; *) printf 'name=%s\\n' "$f" ;; esac
  ${extra.join('\n  ')}
done`;
  const fast = `nl='
'
if s=$(stat -c ${quote(`stat=${format}`)} "$@" 2>/dev/null); then
  printf '%s\\n' "$s"
  for f; do case $f in *"$nl"*) printf 'named='; printf %s "$f" | od -An -v -tx1 | tr -d ' \\n'; echo ;; *) printf 'name=%s\\n' "$f" ;; esac; done
else
${one}
fi`;
  return quote(extra.length === 0 ? fast : one);
};

const typeTest: Readonly<Record<FindArgs['type'], string>> = {
  any: '',
  directory: ' -type d',
  file: ' -type f',
  link: ' -type l',
};

const plainGlob = /^[\w.*?+@%:,~= -]+$/;

/** Names are matched here; those that a shell pattern rules out need not even be sent. */
const nameTest = (args: FindArgs, quote: Quote): string => {
  const globs = args.patterns.map((pattern) => (pattern.by === 'glob' ? pattern.glob : ''));
  if (globs.length === 0 || !globs.every((glob) => plainGlob.test(glob))) return '';
  return ` \\( ${globs.map((glob) => `-name ${quote(glob)}`).join(' -o ')} \\)`;
};

const levels = (depth: number | undefined): string => (depth === undefined ? '' : ` -maxdepth ${depth}`);

const pathScript = (args: FindArgs, path: string, quote: Quote): string => {
  const walk = `find ${args.follow ? '-L' : '-H'} "$p" -mindepth 1`;
  const tests = `${args.follow ? '' : typeTest[args.type]}${args.hidden ? '' : " ! -name '.*'"}${nameTest(args, quote)}`;
  const counted = args.depth === undefined || args.depth === 1 ? args.depth : args.depth + 1;
  return `${assignPath('p', path, quote)}
if [ -d "$p" ]; then
  ${walk}${levels(args.depth)}${tests} -exec sh -c "$list" sh {} + 2>/dev/null
  echo "examined=$(${walk}${levels(counted)} -print0 2>/dev/null | tr -dc '\\000' | wc -c)"
else echo "skipped=$(hex "$p")"; fi`;
};

/** Lists what is below the paths. */
export const probeFind = (args: FindArgs, quote: Quote): string =>
  [
    shellFunctions('hex'),
    'echo begin=yes; echo "now=$(date +%s)"',
    'stat -c %f / >/dev/null 2>&1 || { echo missing=stat; echo end; exit 0; }',
    'command -v find >/dev/null 2>&1 || { echo missing=find; echo end; exit 0; }',
    `list=${listScript(args, quote)}`,
    ...args.paths.map((path) => pathScript(args, path, quote)),
    'echo end',
  ].join('\n');

const numbers = (line: string): Omit<Entry, 'path'> => {
  const [bits = '0', ...rest] = line.split(' ');
  const [links = 0, uid = 0, gid = 0, size = 0, inode = 0, device = 0, atime = 0, mtime = 0, ctime = 0] = rest
    .slice(0, 9)
    .map(Number);
  const [owner = '', group = ''] = rest.slice(9).map((name) => (name === 'UNKNOWN' ? '' : name));
  return { bits: Number.parseInt(bits, 16), links, uid, gid, size, inode, device, atime, mtime, ctime, owner, group };
};

/** What belongs to the last thing named: its checksum and its text. */
const more = (key: string, value: string): Partial<Entry> => {
  if (key === 'sum') return { checksum: value };
  return { content: Buffer.from(value, key === 'text.base64' ? 'base64' : 'hex') };
};

const readEntries = (lines: readonly string[]): readonly Entry[] => {
  const stats: string[] = [];
  const found: { path: string; more: Partial<Entry> }[] = [];
  for (const line of lines) {
    const [, key = '', value = ''] = /^([\w.]+)=(.*)$/s.exec(line) ?? [];
    const last = found.at(-1);
    if (key === 'stat') stats.push(value);
    else if (key === 'name' || key === 'named') found.push({ path: key === 'name' ? value : fromHex(value), more: {} });
    else if (last !== undefined && /^(?:sum|text\.(?:base64|hex))$/.test(key))
      last.more = { ...last.more, ...more(key, value) };
  }
  return found.map(({ path, more: rest }, index) => ({ path, ...numbers(stats[index] ?? ''), ...rest }));
};

const failure = (missing: string | undefined, whole: boolean): string | undefined => {
  if (missing === 'stat') return 'find: the host has no stat that knows -c. Install coreutils or busybox.';
  if (missing !== undefined) return 'find: the host has no find. Install findutils or busybox.';
  return whole ? undefined : 'find: too much was found to be sent. Search fewer folders, or give patterns.';
};

/** Reads what the probe printed. */
export const readFind = (output: Applied): FindState => {
  const fields = readFields(output);
  const failed = failure(fields.get('missing'), fields.get('begin') === 'yes');
  return {
    now: fields.number('now') ?? 0,
    entries: readEntries(output.stdout.split('\n')),
    examined: fields.all('examined').reduce((sum, count) => sum + Number(count), 0),
    skipped: fields.all('skipped').map((hex) => fromHex(hex)),
    ...(failed !== undefined && { failed }),
  };
};
