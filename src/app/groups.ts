import { ok, type Result, refused } from '#core/errors.ts';
import type { Fleet } from '#core/hosts.ts';
import { t } from '#core/text.ts';
import { fleetNames } from '#harbour/layout.ts';
import { describeFaults, type SettingsFault } from '#settings/faults.ts';
import { fleetFaults } from '#settings/fleet.ts';
import type { Loaded } from './edges.ts';

type Names = Pick<Fleet, 'groups' | 'hosts'>;

/** Roles and rules of the configuration about groups or hosts that nobody has. Without any inventory nothing can run. */
export function unknownGroups({ settings, spots }: Loaded, inventory: Names): readonly SettingsFault[] {
  const demo = settings.harbour === true ? fleetNames : [];
  if (settings.inventory.length === 0 && demo.length === 0) return [];
  const hosts = inventory.hosts().map(({ name }) => name);
  return fleetFaults(settings, spots, [...inventory.groups(), ...hosts, ...demo]);
}

/** The same as a yes or a no: a policy about other hosts than there are is not put in force. */
export function fits(loaded: Loaded, inventory: Names): Result<void> {
  const faults = unknownGroups(loaded, inventory);
  if (faults.length === 0) return ok(undefined);
  const say = t(describeFaults(faults, 'en'), describeFaults(faults, 'fr'));
  return refused({ code: 'settings.faulty', say });
}
