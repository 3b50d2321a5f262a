import type { PushArgs } from './push.ts';
import type { Step } from './steps.ts';

const letters = { file: 'f', directory: 'd', link: 'L', other: 'S' } as const;

/** The eleven characters rsync tells a change by. */
const codeOf = ({ flags }: PushArgs, step: Step): string => {
  const { entry, found, content, isNew } = step;
  const sent = entry.kind === 'file' && content !== undefined ? '<' : isNew || content === 'target' ? 'c' : '.';
  const start = `${sent}${letters[entry.kind]}`;
  if (isNew) return `${start}+++++++++`;
  const differs = (one: number | undefined, other: number | undefined): boolean => one !== undefined && one !== other;
  const marks = [
    content === 'sum' || content === 'target' || (content === 'size' && flags.checksum) ? 'c' : '.',
    content === 'size' ? 's' : '.',
    differs(step.modified, found?.modified) ? 't' : entry.kind === 'file' && content && !flags.times ? 'T' : '.',
    differs(step.mode, found?.mode) ? 'p' : '.',
    differs(step.uid, found?.uid) ? 'o' : '.',
    differs(step.gid, found?.gid) ? 'g' : '.',
  ];
  return `${start}${marks.join('')}...`;
};

const nameOf = ({ entry, path }: Step): string => {
  if (entry.kind === 'directory') return path === '' ? './' : `${path}/`;
  return entry.kind === 'link' ? `${path} -> ${entry.target}` : path;
};

/** What is done, a line each, in the words of rsync. */
export const itemized = (
  args: PushArgs,
  steps: readonly Step[],
  deleted: readonly { readonly path: string; readonly directory: boolean }[],
): readonly string[] => [
  ...args.skipped.map((path) => `skipping non-regular file "${path}"`),
  ...steps.map((step) => `${codeOf(args, step)} ${nameOf(step)}`),
  ...deleted.map(({ path, directory }) => `*deleting   ${path}${directory ? '/' : ''}`),
];
