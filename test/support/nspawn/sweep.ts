import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { program } from './programs.ts';
import { judgeFolder } from './rootfs.ts';

/** Where control groups lie: the first kind, or the second. */
export const groups = ['/sys/fs/cgroup/systemd', '/sys/fs/cgroup'];

/** The number in a name is that of the process which made it; true when that is gone. */
const isOrphan = (name: string): boolean => {
  const pid = /^(?:qdj|judge-|run-)(\d+)(?:$|-)/.exec(name)?.[1];
  return pid !== undefined && !existsSync(`/proc/${pid}`);
};

/** Removes a control group and those below it. */
export const removeGroup = async (group: string): Promise<void> => {
  if (existsSync(group)) await program('find', [group, '-depth', '-type', 'd', '-delete']);
};

/** Removes what runs that were killed left behind: bridges, control groups, overlays. Their hosts died with them. */
export async function sweepOrphans(): Promise<void> {
  const links = await program('ip', ['-o', 'link', 'show', 'type', 'bridge']);
  for (const [, name = ''] of links.matchAll(/^\d+: ([^:@\s]+)/gm)) {
    if (isOrphan(name)) await program('ip', ['link', 'del', name]);
  }
  for (const folder of groups) {
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter(isOrphan)) await removeGroup(join(folder, name)).catch(() => undefined); // emptying still
  }
  const names = await readdir(judgeFolder()).catch(() => []);
  for (const name of names.filter(isOrphan)) await rm(join(judgeFolder(), name), { recursive: true, force: true });
}
