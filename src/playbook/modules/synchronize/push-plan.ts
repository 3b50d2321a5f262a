import type { Difference } from '#core/plan.ts';
import type { ModulePlan } from '../module.ts';
import { showMode } from '../state/mode.ts';
import { itemized } from './itemize.ts';
import type { PushArgs } from './push.ts';
import type { PushState } from './push-read.ts';
import { deletedOf, type Step, stepsOf } from './steps.ts';

const shownTime = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');

const whole = (root: string, path: string): string => (path === '' ? root : `${root.replace(/\/$/, '')}/${path}`);

const contentDifference = (subject: string, { content, found, entry }: Step): readonly Difference[] => {
  if (content === undefined || entry.kind === 'directory') return [];
  if (entry.kind === 'link')
    return [{ subject, aspect: 'target', before: found?.target ?? null, after: entry.target ?? '' }];
  const before = content === 'new' || found === undefined ? null : (found.sum ?? `${found.size} bytes`);
  return [{ subject, aspect: 'content', before, after: `sha256:${entry.sums?.sha256 ?? ''}` }];
};

/** What of an entry that is there is not as it is to be. */
const attributeDifferences = (subject: string, step: Step): readonly Difference[] => {
  const { found, entry, mode, uid, gid, modified } = step;
  if (found === undefined || step.isNew) return [];
  const one = (aspect: string, before: string, after: string | undefined): readonly Difference[] =>
    after === undefined || after === before ? [] : [{ subject, aspect, before, after }];
  return [
    ...one('owner', String(found.uid), uid === undefined ? undefined : String(uid)),
    ...one('group', String(found.gid), gid === undefined ? undefined : String(gid)),
    ...one('mode', showMode(found.mode), mode === undefined ? undefined : showMode(mode)),
    ...(modified === undefined || entry.kind === 'link'
      ? []
      : one('modified', shownTime(found.modified), shownTime(modified))),
  ];
};

const differencesOf = (root: string, step: Step): readonly Difference[] => {
  const subject = whole(root, step.path);
  const before = step.found?.kind ?? 'absent';
  const made = step.isNew ? [{ subject, aspect: 'state', before, after: step.entry.kind }] : [];
  return [...made, ...contentDifference(subject, step), ...attributeDifferences(subject, step)];
};

/** A folder that is in the way of something else goes with `delete` only, and when all that is in it may go. */
const blocked = (args: PushArgs, state: PushState, steps: readonly Step[]): Step | undefined => {
  const gone = new Set(deletedOf(args, state).map(({ path }) => path));
  const stays = ({ path }: Step): boolean =>
    [...state.below.keys()].some((one) => one.startsWith(`${path}/`) && !gone.has(one));
  return steps
    .filter(({ isNew, found }) => isNew && found?.kind === 'directory')
    .find((step) => !args.flags.deletes || stays(step));
};

const obstacle = (args: PushArgs, state: PushState, steps: readonly Step[]): string | undefined => {
  if (state.failed !== undefined) return state.failed;
  const { look, root, parent } = state;
  if (look.type !== 'absent' && look.type !== 'directory') return `${root} is not a folder, and is to hold ${args.src}`;
  if (look.type === 'absent' && args.single && !args.intoFolder) return `the folder ${root} does not exist`;
  if (look.type === 'absent' && !parent) return `the folder that ${root} is to be made in does not exist`;
  const way = blocked(args, state, steps);
  if (way === undefined) return undefined;
  const why = args.flags.deletes ? 'what is left out is in it' : 'delete: true would make way';
  return `${whole(root, way.path)} is a folder, where a ${way.entry.kind} is to be: ${why}`;
};

/** The folder that paths start from, where it is not there yet. */
const rootDifference = (
  { flags }: PushArgs,
  { look, root }: PushState,
  steps: readonly Step[],
): readonly Difference[] =>
  look.type === 'absent' && !flags.existingOnly && steps.length > 0 && steps[0]?.path !== ''
    ? [{ subject: root, aspect: 'state', before: 'absent', after: 'directory' }]
    : [];

/** What would come, change and go. */
export const planPush = (args: PushArgs, state: PushState): ModulePlan => {
  const steps = stepsOf(args, state);
  const failed = obstacle(args, state, steps);
  if (failed !== undefined) return { differences: [], result: { msg: failed }, failed };
  const deleted = deletedOf(args, state);
  const lines = itemized(args, steps, deleted);
  const gone = deleted.map(({ path, directory }) => ({
    subject: whole(state.root, path),
    aspect: 'state',
    before: directory ? 'directory' : 'file',
    after: 'absent',
  }));
  return {
    differences: [
      ...rootDifference(args, state, steps),
      ...steps.flatMap((step) => differencesOf(state.root, step)),
      ...gone,
    ],
    result: { msg: lines.map((line) => `${line}\n`).join(''), rc: 0, stdout_lines: lines },
  };
};
