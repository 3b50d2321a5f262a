import type { Json } from '#core/json.ts';
import type { Difference } from '#core/plan.ts';
import { isChange } from './differences.ts';

/** What earlier steps of a plan would change on one host: later steps look at a host that is not yet as it will be. */
export interface Pending {
  /** Notes what a step would change. */
  add(task: string, differences: readonly Difference[]): void;
  /** Notes a step of which only a run can tell what it does, and what it is about as far as that is known. */
  addUnknown(task: string, subjects?: readonly string[]): void;
  /** The task whose change this step's subjects depend on, when they do; `whole` are folders that also what is in them decides. */
  touching(subjects: readonly string[], whole?: readonly string[]): string | undefined;
  /** The last task that would change the host in any way. */
  last(): string | undefined;
}

interface Entry {
  readonly task: string;
  readonly subject: string;
  /** A folder that is not there yet: what will be in it is known, nothing. */
  readonly newFolder: boolean;
}

const tidy = (path: string): string =>
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

/** `/etc/apt/*` stands for everything that begins so. */
const isMeant = (subject: string, other: string): boolean =>
  subject.endsWith('*') && other.startsWith(subject.slice(0, -1));

const depends = (subject: string, on: Entry): boolean =>
  subject === on.subject || isMeant(subject, on.subject) || (!on.newFolder && isUnder(subject, on.subject));

/** Nothing pending yet. */
export function createPending(): Pending {
  const entries: Entry[] = [];
  let last: string | undefined;
  return {
    add(task, differences) {
      const changes = differences.filter(isChange);
      if (changes.length > 0) last = task;
      // That a command runs says nothing of what it touches.
      const touched = changes.filter((one) => one.aspect !== 'runs').map((one) => tidy(one.subject));
      for (const subject of new Set(touched)) {
        entries.push({ task, subject, newFolder: makesFolder(differences, subject) });
      }
    },
    addUnknown(task, subjects = []) {
      last = task;
      for (const subject of subjects.filter((one) => !one.endsWith('*')))
        entries.push({ task, subject: tidy(subject), newFolder: false });
    },
    touching: (subjects, whole = []) =>
      entries.findLast(
        (entry) =>
          subjects.some((subject) => depends(tidy(subject), entry)) ||
          whole.some((folder) => isUnder(entry.subject, tidy(folder))),
      )?.task,
    last: () => last,
  };
}
