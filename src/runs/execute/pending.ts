import type { Json } from '#core/json.ts';
import type { Difference } from '#core/plan.ts';
import { mayBring } from './brought.ts';
import { isChange } from './differences.ts';

/** What earlier steps of a plan would change on one host: later steps look at a host that is not yet as it will be. */
export interface Pending {
  /** Notes what a step would change; not `certain` where that may not be all. */
  add(task: string, differences: readonly Difference[], how?: { readonly certain: boolean }): void;
  /** Notes a step of which only a run can tell what it does, and what it is about as far as that is known. */
  addUnknown(task: string, subjects?: readonly string[]): void;
  /**
   * The task whose change this step's subjects depend on, when they do; `whole` are folders that also what is in them
   * decides, and `seen` says of which paths the step saw for certain what is there.
   */
  touching(
    subjects: readonly string[],
    whole?: readonly string[],
    seen?: (path: string) => boolean,
  ): string | undefined;
  /** The task that installs a package which may bring one of these paths, none of which is there yet. */
  bringing(missing: readonly string[]): string | undefined;
  /** The last task that would change the host in any way. */
  last(): string | undefined;
}

interface Entry {
  readonly task: string;
  readonly subject: string;
  /** For a folder, what is in it: nothing, as it is new; as it was seen, by whom it lets in or by everybody; anything. */
  readonly inside: 'nothing' | 'seen' | 'open' | 'unknown';
}

/** A path as it is compared. */
export const tidy = (path: string): string =>
  path
    .replace(/\/+/g, '/')
    .replace(/^(?:\.\/)+/, '')
    .replace(/(.)\/$/, '$1');

const isUnder = (path: string, folder: string): boolean => path.startsWith(folder === '/' ? '/' : `${folder}/`);

const isNew = (value: Json): boolean => value === 'absent' || value === null;

const makesFolder = (differences: readonly Difference[], subject: string): boolean =>
  differences.some(
    (one) => tidy(one.subject) === subject && one.aspect === 'state' && isNew(one.before) && one.after === 'directory',
  );

/** What of a folder can change without anything in it. */
const ofItself = new Set(['mode', 'owner', 'group', 'modification time', 'access time']);

/** True for a mode by which everybody may look into a folder. */
const letsIn = (mode: Json): boolean => typeof mode === 'string' && (Number.parseInt(mode, 8) & 0o111) === 0o111;

/** What a change leaves known of what is in a folder. */
function insideOf(subject: string, changes: readonly Difference[], certain: boolean): Entry['inside'] {
  if (makesFolder(changes, subject)) return 'nothing';
  const own = changes.filter((one) => tidy(one.subject) === subject);
  if (!certain || !own.every(({ aspect }) => ofItself.has(aspect))) return 'unknown';
  return own.some(({ aspect, before }) => aspect === 'mode' && letsIn(before)) ? 'open' : 'seen';
}

/** `/etc/apt/*` stands for everything that begins so. */
const isMeant = (subject: string, other: string): boolean =>
  subject.endsWith('*') && other.startsWith(subject.slice(0, -1));

const dependsInside = (subject: string, { inside }: Entry, seen: (path: string) => boolean): boolean =>
  inside === 'unknown' || (inside === 'seen' && !seen(subject));

const depends = (subject: string, on: Entry, seen: (path: string) => boolean): boolean =>
  subject === on.subject ||
  isMeant(subject, on.subject) ||
  (isUnder(subject, on.subject) && dependsInside(subject, on, seen));

/** Nothing pending yet. */
export function createPending(): Pending {
  const entries: Entry[] = [];
  const changed: { readonly task: string; readonly difference: Difference }[] = [];
  let last: string | undefined;
  return {
    add(task, differences, { certain } = { certain: true }) {
      const changes = differences.filter(isChange);
      if (changes.length > 0) last = task;
      changed.push(...changes.map((difference) => ({ task, difference })));
      // That a command runs says nothing of what it touches.
      const touched = changes.filter((one) => one.aspect !== 'runs').map((one) => tidy(one.subject));
      for (const subject of new Set(touched)) {
        entries.push({ task, subject, inside: insideOf(subject, changes, certain) });
      }
    },
    addUnknown(task, subjects = []) {
      last = task;
      for (const subject of subjects.filter((one) => !one.endsWith('*')))
        entries.push({ task, subject: tidy(subject), inside: 'unknown' });
    },
    touching: (subjects, whole = [], seen = () => false) =>
      entries.findLast(
        (entry) =>
          subjects.some((subject) => depends(tidy(subject), entry, seen)) ||
          whole.some((folder) => isUnder(entry.subject, tidy(folder))),
      )?.task,
    bringing: (missing) =>
      changed.findLast(({ difference }) => missing.some((path) => mayBring(difference, path)))?.task,
    last: () => last,
  };
}
