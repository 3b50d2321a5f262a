import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { Fault, type Refusal } from '#core/errors.ts';
import type { MayUse, Plan } from '#core/plan.ts';
import { t } from '#core/text.ts';
import { decidesWay } from '#playbook/inventory/connection-variables.ts';
import type { Inventory } from '#playbook/inventory/inventory.ts';
import { type FileWatch, unwatched } from '#playbook/watch.ts';
import { changedSince } from '../drift-before.ts';
import { otherKey, type Seal } from '../seals.ts';
import {
  filesAround,
  leftOutName,
  type MadeFrom,
  markOfLink,
  missingName,
  mostFiles,
  seenName,
  tooManyName,
  withFolders,
} from './files.ts';
import { belongs, groupName, hostName, inventoryMarks, isVariable, marksOfHost } from './inventory.ts';
import { linkName, type Places } from './places.ts';

/** What a run uses of the controller, held against what there was when it was planned. */
export interface Uses {
  readonly files: FileWatch;
  /** The run itself puts a file of a host there: it may be another one. */
  own(path: string): void;
  /** Of a host, the variables of the inventory as it is now that are not what they were. */
  changedVariables(host: string, now: Inventory): readonly string[];
  /** Groups that have other hosts than they had. */
  isOtherGroup(group: string): boolean;
  /** Throws, and stops the run: this is used, and is not what it was. */
  drifted(what: string): never;
  /** The refusal before any host is touched. */
  before(): Refusal | undefined;
  /** What to do when something is used that is not what it was: it stops the run, whoever catches what is thrown. */
  onDrift: () => void;
}

/** Where nothing was approved, or where all that is done is compared with what was. */
const anything: Uses = {
  files: unwatched,
  own: () => undefined,
  changedVariables: () => [],
  isOtherGroup: () => false,
  drifted: (what) => {
    throw new Fault(changedSince([what, what]));
  },
  before: () => undefined,
  onDrift: () => undefined,
};

/** What the run of a plan may use that nobody used for it; undefined where all its steps are known. */
export async function mayUseOf(
  steps: Plan['steps'],
  around: {
    readonly places: Places;
    readonly made: MadeFrom;
    readonly inventory: Inventory;
    readonly seal: Seal;
  },
): Promise<MayUse | undefined> {
  if (!steps.some(({ outcome }) => outcome === 'unknown')) return undefined;
  const inventory = inventoryMarks(around.inventory, around.seal);
  const files = await filesAround(around.places);
  return {
    files: { ...files, ...around.made.marks(files, around.places) },
    inventory,
    order: around.inventory.hostsOf('all'),
  };
}

/** Of a run: what it uses must be what it was where its plan could not foresee every step. */
export function usesOf(
  plan: Plan | undefined,
  {
    places,
    inventory,
    seal,
    made,
  }: {
    readonly places: Places;
    readonly inventory: Inventory;
    readonly seal: Seal;
    /** Sees what is used where nothing was planned yet. */
    readonly made: FileWatch;
  },
): Uses {
  if (plan === undefined) return { ...anything, files: made };
  if (!plan.steps.some(({ outcome }) => outcome === 'unknown')) return anything;
  const { mayUse } = plan;
  if (mayUse === undefined) return { ...anything, before: () => changedSince(['The bot itself', 'Le bot lui-même']) };
  const stop = (refusal: Refusal): never => {
    uses.onDrift();
    throw new Fault(refusal);
  };
  const uses: Uses = {
    onDrift: () => undefined,
    ...inventoryUses(plan, mayUse, inventory, seal),
    ...fileUses(mayUse, places, (refusal) => stop(refusal)),
    drifted: (what) => stop(changedSince([what, what])),
  };
  return uses;
}

const tooMany = (what: string, most: string): Refusal => ({
  ...changedSince([what, what]),
  say: t(
    `There are more than ${mostFiles} files around the playbooks, so nobody knows whether ${what} changed since the plan was made; the run stopped there.`,
    `Il y a plus de ${mostFiles} fichiers autour des playbooks : personne ne sait si ${what} a changé depuis le plan ; l’exécution s’est arrêtée là.`,
  ),
  next: t(
    `Take what is no playbook out of ${most}, then give the order again.`,
    `Retirez de ${most} ce qui n’est pas un playbook, puis redonnez l’ordre.`,
  ),
});

const leftOut = (what: string, folder: string): Refusal => ({
  ...changedSince([what, what]),
  say: t(
    `A plan holds nothing of ${folder}, so nobody knows whether ${what} changed since it was made; the run stopped there.`,
    `Un plan ne retient rien de ${folder} : personne ne sait si ${what} a changé depuis ; l’exécution s’est arrêtée là.`,
  ),
  next: t(
    `Take what the playbook uses out of ${folder}, then give the order again.`,
    `Retirez de ${folder} ce que le playbook utilise, puis redonnez l’ordre.`,
  ),
});

/** True when the inventory was digested under another key: then nothing of it can be compared. */
const otherKeys = (now: MayUse['inventory'], then: MayUse['inventory']): boolean => {
  const all = groupName('all');
  return otherKey(now[all]?.[belongs] ?? '', then[all]?.[belongs] ?? '');
};

/** The names under which two marks of one thing differ. */
const otherIn = (
  one: Readonly<Record<string, string>> = {},
  other: Readonly<Record<string, string>> = {},
): readonly string[] =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((name) => one[name] !== other[name]);

/** The same answers, each thought over once. */
const once = <T>(answer: (name: string) => T): ((name: string) => T) => {
  const known = new Map<string, { readonly is: T }>();
  return (name) => {
    const before = known.get(name) ?? { is: answer(name) };
    known.set(name, before);
    return before.is;
  };
};

function inventoryUses(
  plan: Plan,
  { inventory: then }: MayUse,
  inventory: Inventory,
  seal: Seal,
): Pick<Uses, 'changedVariables' | 'isOtherGroup' | 'before'> {
  const marks = inventoryMarks(inventory, seal);
  const otherOf = once((name: string) => otherIn(marks[name], then[name]));
  const otherOfHost = once((host: string) => otherIn(marksOfHost(marks, host), marksOfHost(then, host)));
  const hasMoved = (name: string): boolean => otherOf(name).includes(belongs);
  const changedVariables: Uses['changedVariables'] = (host, now) => {
    // In other groups, another value may outweigh the others.
    if (hasMoved(hostName(host))) return [...new Set(now.variables(host).flatMap(({ values }) => Object.keys(values)))];
    const groups = now.host(host)?.groups ?? [];
    const isRegrouped = marks[hostName(host)] === undefined || groups.join() !== inventory.host(host)?.groups.join();
    const names = isRegrouped ? ['all', 'ungrouped', ...groups].flatMap((group) => otherOf(groupName(group))) : [];
    return [...new Set([...otherOfHost(host), ...names])].filter(isVariable);
  };
  return {
    changedVariables,
    isOtherGroup: (group) => hasMoved(groupName(group)),
    before() {
      if (otherKeys(marks, then)) return changedSince(['The key of the bot', 'La clé du bot']);
      const host = plan.hosts.find((one) => hasMoved(hostName(one)));
      if (host !== undefined) return changedSince([`What groups ${host} is in`, `La liste des groupes de ${host}`]);
      const other = plan.hosts.find((one) => changedVariables(one, inventory).some(decidesWay));
      return other === undefined
        ? undefined
        : changedSince([`How ${other} is reached`, `La façon de joindre ${other}`]);
    },
  };
}

/** Why a file or folder may not be used. */
const refusalFor = (what: string, { files }: MayUse): Refusal => {
  const isHeld = [what, linkName(what), `${what}/`].some((name) => name in files);
  const folder = withFolders(what).find((one) => leftOutName(one) in files);
  if (isHeld) return changedSince([what, what]);
  const most = files[tooManyName];
  if (folder !== undefined && files[leftOutName(folder)] !== tooManyName) return leftOut(what, folder);
  return most === undefined ? changedSince([what, what]) : tooMany(what, most);
};

function fileUses(mayUse: MayUse, places: Places, stop: (refusal: Refusal) => never): Pick<Uses, 'files' | 'own'> {
  const { files } = mayUse;
  const drifted = (what: string): never => stop(refusalFor(what, mayUse));
  const own = new Set<string>();
  const known = new Set(
    Object.keys(files).flatMap((name) =>
      name === tooManyName || name.endsWith(missingName(''))
        ? []
        : withFolders(name.replace(/(?: ->|\/…?|\/\.\/)$/, '')),
    ),
  );
  /** True where it is known what there was: where a plan holds nothing else, of what it was made from. */
  const isHeld = (name: string): boolean =>
    withFolders(name).some((folder) => leftOutName(folder) in files)
      ? [name, linkName(name), seenName(name)].some((one) => one in files)
      : name === '' || known.has(name);
  const isOwn = (name: string): boolean => own.has(name) || [...own].some((one) => one.startsWith(`${name}/`));
  const below = (folder: string): readonly string[] => {
    const start = folder === '' ? '' : `${folder}/`;
    return [...known].flatMap((name) => (name !== folder && name.startsWith(start) ? name.slice(start.length) : []));
  };

  /** What a path leads to, by its name; the links on the way lead where they led. */
  const placed = (path: string): string => {
    for (const [name, target] of places.way(path)) {
      const mark = target === undefined ? undefined : markOfLink(target);
      if (files[linkName(name)] !== mark) drifted(name);
    }
    return places.meant(path);
  };
  /** Of what a plan does not hold, it says only that it was looked for in vain. */
  const mayHaveGone = (name: string): boolean =>
    !(missingName(name) in files) &&
    (tooManyName in files || withFolders(name).some((folder) => leftOutName(folder) in files));
  const isThere = (folder: string, name: string): boolean =>
    lstatSync(join(folder, name), { throwIfNoEntry: false }) !== undefined;

  return {
    own: (path) => void own.add(places.meant(path)),
    files: {
      read(path, mark) {
        const name = placed(path);
        if (!isOwn(name) && files[name] !== mark) drifted(name);
      },
      found(path) {
        const name = placed(path);
        if (!isOwn(name) && !known.has(name)) drifted(name);
      },
      missing(path) {
        const name = placed(path);
        if (known.has(name) || mayHaveGone(name)) drifted(name);
      },
      listed(path, names, { fits = () => true, isFlat = false } = {}) {
        const folder = placed(path);
        if (!isOwn(folder) && !isHeld(folder)) drifted(folder);
        const isSame = (name: string): boolean => isOwn(name) || (isFlat ? known.has(name) : isHeld(name));
        const fresh = names.find((name) => !isSame(join(folder, name)));
        if (fresh !== undefined) drifted(join(folder, fresh));
        const mayHold = (name: string): boolean => !(isFlat && name.includes('/')) && fits(name);
        const gone = below(folder).find((name) => mayHold(name) && !isThere(path, name));
        if (gone !== undefined) drifted(join(folder, gone));
      },
    },
  };
}
