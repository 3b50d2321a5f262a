import { ok, type Result, refused } from '#core/errors.ts';
import type { Fleet } from '#core/hosts.ts';
import { type Text, t } from '#core/text.ts';
import { fleetNames, layoutIn } from '#harbour/layout.ts';
import { harbourSettings } from '#harbour/settings.ts';
import { describeFaults, inReadingOrder, type SettingsFault } from '#settings/faults.ts';
import { fleetFaults } from '#settings/fleet.ts';
import { unknownRoles } from '#settings/sense.ts';
import type { Loaded } from './edges.ts';
import { type Judged, saidIn } from './judged.ts';
import { pathsIn } from './paths.ts';

/** Roles that neither the configuration nor the demo has; without the demo this was looked at while loading. */
export function unknownInDemo(judged: Judged): readonly SettingsFault[] {
  const { settings, spots } = judged;
  if (settings.harbour !== true) return [];
  const { roles } = harbourSettings(layoutIn(pathsIn(settings.data).harbour));
  return unknownRoles(saidIn(judged), spots, Object.keys(roles));
}

/** The groups and hosts of an inventory. */
export type Names = Pick<Fleet, 'groups' | 'hosts'>;

/** Roles and rules of the configuration about groups or hosts that nobody has. */
export function unknownGroups(judged: Judged, inventory: Names): readonly SettingsFault[] {
  const { settings, spots } = judged;
  const demo = settings.harbour === true ? fleetNames : [];
  const hosts = inventory.hosts().map(({ name }) => name);
  return fleetFaults(saidIn(judged), spots, [...inventory.groups(), ...hosts, ...demo]);
}

const all = (faults: readonly SettingsFault[]): Text => t(describeFaults(faults, 'en'), describeFaults(faults, 'fr'));

/** Without any inventory nothing can run: a policy may be there first. */
const hasInventory = ({ settings }: Judged): boolean => settings.inventory.length > 0 || settings.harbour === true;

/** The same as a yes or a no: a policy about other hosts than there are is not put in force. `tell` words the faults. */
export function fits(loaded: Loaded, inventory: Names, tell = all): Result<void> {
  const groups = hasInventory(loaded) ? unknownGroups(loaded, inventory) : [];
  const faults = inReadingOrder([...groups, ...unknownInDemo(loaded)]);
  return faults.length === 0 ? ok(undefined) : refused({ code: 'settings.faulty', say: tell(faults) });
}
