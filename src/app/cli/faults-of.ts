import type { Result } from '#core/errors.ts';
import type { Inventory } from '#playbook/inventory/load.ts';
import { inReadingOrder, type SettingsFault } from '#settings/faults.ts';
import type { SettingsOutcome } from '#settings/load.ts';
import { isDoubtful } from '#settings/rest.ts';
import { type Names, unknownGroups, unknownInDemo } from '../groups.ts';
import { readInventory } from '../inventory.ts';
import type { Judged } from '../judged.ts';
import { missingPaths } from '../missing-paths.ts';
import { checkPlugins } from '../plugin-check.ts';
import { unusableKeys } from '../unusable-keys.ts';

const judgedIn = (outcome: SettingsOutcome): Judged | undefined => (outcome.ok ? outcome : outcome.rest);

/** What the file itself gets wrong. */
const ownFaults = (outcome: SettingsOutcome): readonly SettingsFault[] => (outcome.ok ? [] : outcome.faults);

/** Whether one of these sections cannot be relied on. */
const doubts = (outcome: SettingsOutcome, ...sections: readonly string[]): boolean =>
  sections.some((section) => isDoubtful(ownFaults(outcome), section));

/** The inventory of a configuration; undefined when it cannot be told which one is meant, or what opens it. */
export async function inventoryOf(outcome: SettingsOutcome): Promise<Result<Inventory> | undefined> {
  const judged = judgedIn(outcome);
  return judged === undefined || doubts(outcome, 'inventory', 'vault') ? undefined : readInventory(judged.settings);
}

/** What the configuration names and nobody has: groups, hosts, roles, plugins, their settings and permissions. */
async function unknownNames(outcome: SettingsOutcome, judged: Judged, inventory: Result<Names> | undefined) {
  const hasGroups = inventory?.ok && !doubts(outcome, 'harbour');
  const groups = hasGroups ? unknownGroups(judged, inventory.value) : [];
  const plugins = doubts(outcome, 'plugins.folders') ? [] : await checkPlugins(judged);
  return [...groups, ...unknownInDemo(judged), ...plugins];
}

/** All that is wrong with a configuration, as far as it can be judged; a faulty inventory is told by itself. */
export async function faultsOf(
  outcome: SettingsOutcome,
  inventory: Result<Names> | undefined,
): Promise<readonly SettingsFault[]> {
  const own = ownFaults(outcome);
  const judged = judgedIn(outcome);
  if (judged === undefined) return own;
  const more = [
    ...(await missingPaths(judged)),
    ...(await unusableKeys(judged)),
    ...(await unknownNames(outcome, judged, inventory)),
  ];
  // What is at fault already may only seem to name what there is not.
  const fresh = more.filter(({ path }) => !own.some((one) => one.path === path));
  return inReadingOrder([...own, ...fresh]);
}
