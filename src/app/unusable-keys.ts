import { inReadingOrder, type SettingsFault, showPath } from '#settings/faults.ts';
import { pathKey } from '#settings/tree.ts';
import { problemOfKey } from '#ssh/real/keys.ts';
import type { Judged } from './judged.ts';

/** Keys that the configuration itself names and that cannot be used: no private key, or locked with no agent to open it. */
export async function unusableKeys({ settings, spots }: Judged): Promise<readonly SettingsFault[]> {
  const { identityFiles, agent } = settings.ssh;
  const hasAgent = agent && process.env.SSH_AUTH_SOCK !== undefined;
  const faults = await Promise.all(
    identityFiles.map(async (file, index): Promise<readonly SettingsFault[]> => {
      const path = ['ssh', 'identityFiles', index];
      const spot = spots.get(pathKey(path));
      if (spot === undefined) return [];
      const problem = await problemOfKey(file);
      // What is not there is told by itself, and who checks may not be who is to read it.
      if (problem?.why !== 'strange' && (problem?.why !== 'locked' || hasAgent)) return [];
      const { say: message, next: hint } = problem;
      return [{ ...spot.value, code: 'settings.unusable_key', path: showPath(path), message, hint }];
    }),
  );
  return inReadingOrder(faults.flat());
}
