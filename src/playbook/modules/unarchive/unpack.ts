import type { Quote } from '../module.ts';
import type { ArchiveArgs } from './arguments.ts';

/** A shell command that unpacks an archive into a folder; both are shell words. */
export const unpack = (args: ArchiveArgs, archive: string, folder: string, quote: Quote): string => {
  const extra = args.extra.map(quote);
  if (args.kind === 'zip') {
    const exclude = args.exclude.length === 0 ? [] : ['-x', ...args.exclude.map(quote)];
    return ['unzip', '-q', '-o', ...extra, archive, ...args.include.map(quote), ...exclude, '-d', folder].join(' ');
  }
  const excluded = args.exclude.map((pattern) => `--exclude=${quote(pattern)}`);
  const newer = args.keepNewer ? ['--keep-newer-files'] : [];
  return ['tar', '-x', '-C', folder, ...extra, ...excluded, ...newer, '-f', archive, ...args.include.map(quote)].join(
    ' ',
  );
};
