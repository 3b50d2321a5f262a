import type { Applied, Apply, ModulePlan, ModuleResult, Quote } from '../module.ts';
import { failureOf } from '../state/fields.ts';
import { chmodMode } from '../state/mode.ts';
import type { PushArgs } from './push.ts';
import type { PushState } from './push-read.ts';
import { deletedOf, type Step, stepsOf } from './steps.ts';

/** `202611282030.05`, which any touch takes. */
const stamp = (seconds: number): string =>
  new Date(seconds * 1000)
    .toISOString()
    .replace(/[-T:]/g, '')
    .replace(/(\d\d)\..*$/, '.$1');

const attributes = ({ mode, uid, gid, modified, entry }: Step, word: string): readonly string[] => {
  const link = entry.kind === 'link' ? ' -h' : '';
  return [
    ...(uid === undefined ? [] : [`chown${link} ${uid} ${word} || exit 1`]),
    ...(gid === undefined ? [] : [`chgrp${link} ${gid} ${word} || exit 1`]),
    ...(mode === undefined || link !== '' ? [] : [`chmod ${chmodMode(mode)} ${word} || exit 1`]),
    ...(modified === undefined ? [] : [`TZ=UTC0 touch -c -m -t ${stamp(modified)} ${word} || exit 1`]),
  ];
};

const isFile = ({ entry, content }: Step): boolean => entry.kind === 'file' && content !== undefined;
const isFolder = ({ entry }: Step): boolean => entry.kind === 'directory';

const wordOf = (path: string, quote: Quote): string => (path === '' ? '.' : quote(`./${path}`));

/** What is there and of another kind makes way; folders are made, and filled before they get their modes. */
const makeWay = (step: Step, quote: Quote): readonly string[] => {
  const word = wordOf(step.path, quote);
  if (!step.isNew) return [];
  const away =
    step.found === undefined ? [] : [`rm ${step.found.kind === 'directory' ? '-rf' : '-f'} ${word} || exit 1`];
  return [...away, ...(isFolder(step) && step.path !== '' ? [`mkdir ${word} || exit 1`] : [])];
};

const linkLines = (step: Step, quote: Quote): readonly string[] => {
  const word = wordOf(step.path, quote);
  const { entry, content } = step;
  const made = content === undefined ? [] : [`rm -f ${word}; ln -s ${quote(entry.target ?? '')} ${word} || exit 1`];
  return [...made, ...attributes(step, word)];
};

/** Folders whose time changes because of what is done in them get theirs again, and the deepest come first. */
const folderSteps = (args: PushArgs, steps: readonly Step[], touched: readonly string[]): readonly Step[] => {
  const parents = new Set(touched.map((path) => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '')));
  const own = new Map(steps.filter(isFolder).map((step) => [step.path, step]));
  return args.entries
    .filter(({ kind, path }) => kind === 'directory' && (own.has(path) || parents.has(path)))
    .map((entry): Step => {
      const step = own.get(entry.path) ?? { entry, path: entry.path, isNew: false };
      return args.flags.folderTimes ? { ...step, modified: entry.modified } : step;
    })
    .toReversed();
};

/** The files wait under other names in the folder they go to, and then all come to their places. */
const stageLines = (top: string, files: readonly Step[], quote: Quote): readonly string[] =>
  files.length === 0
    ? []
    : [
        `w=$(mktemp -d ${top === '' ? '.' : quote(`./${top}`)}/.quarterdeck.XXXXXX) || exit 1`,
        `trap 'rm -rf "$w"' EXIT; trap 'exit 1' HUP INT TERM`,
        ...files.flatMap((step, index) => [
          `cat "$F${index}" >"$w/${index}" || exit 1`,
          ...attributes(step, `"$w/${index}"`),
        ]),
        ...files.map(({ path }, index) => `mv -f "$w/${index}" ${wordOf(path, quote)} || exit 1`),
        'rm -rf "$w"',
      ];

/** What is not gone already with a folder that made way. */
const deletions = (args: PushArgs, state: PushState, steps: readonly Step[]) => {
  const away = steps.filter(({ isNew, found }) => isNew && found?.kind === 'directory');
  return deletedOf(args, state).filter(({ path }) => !away.some((step) => path.startsWith(`${step.path}/`)));
};

/** Makes the differences: folders, then files all together, links, what goes, and at last what folders are like. */
export const applyPush = (args: PushArgs, state: PushState, plan: ModulePlan, quote: Quote): Apply | undefined => {
  if (plan.differences.length === 0) return undefined;
  const steps = stepsOf(args, state);
  const deleted = deletions(args, state, steps);
  const files = steps.filter(isFile);
  const links = steps.filter(({ entry }) => entry.kind === 'link');
  const others = steps.filter((step) => step.entry.kind === 'file' && !isFile(step));
  const top = args.single ? '' : (args.entries[0]?.path ?? '');
  const touched = [
    ...steps.filter((step) => step.isNew || step.content !== undefined).map(({ path }) => path),
    ...deleted.map(({ path }) => path),
    ...(files.length > 0 ? [top === '' ? 'x' : `${top}/x`] : []),
  ];
  const script = [
    `p=${quote(state.root)}`,
    ...(state.look.type === 'absent' ? ['mkdir "$p" || exit 1'] : []),
    'cd "$p" || exit 1',
    ...steps.flatMap((step) => makeWay(step, quote)),
    ...stageLines(top, files, quote),
    ...links.flatMap((step) => linkLines(step, quote)),
    ...others.flatMap((step) => attributes(step, wordOf(step.path, quote))),
    ...deleted.map(({ path, directory }) => `${directory ? 'rmdir' : 'rm -f'} ${wordOf(path, quote)} || exit 1`),
    ...folderSteps(args, steps, touched).flatMap((step) => attributes(step, wordOf(step.path, quote))),
  ];
  const contents = files.map(({ entry }, index) => ({ name: `F${index}`, content: entry.content ?? Buffer.alloc(0) }));
  return { script: script.join('\n'), contents };
};

/** The return values: a line for each change, as rsync writes them. */
export const finishPush = ({ result }: ModulePlan, applied: Applied): ModuleResult => {
  if (applied.code === 0) return { result, changed: true };
  const msg = failureOf(applied);
  return { result: { msg, rc: applied.code }, changed: false, failed: msg };
};
