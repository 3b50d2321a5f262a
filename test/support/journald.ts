import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./journald.sh', import.meta.url));

/** Whether systemd can write a journal for a test here. */
export const hasJournald =
  process.getuid?.() === 0 &&
  existsSync('/usr/lib/systemd/systemd-journald') &&
  spawnSync('unshare', ['-m', 'true']).status === 0;

/** A real journal in the folder, of what these commands of the shell tell it. */
export function writeJournal(folder: string, commands: string): void {
  const args = ['-m', '--propagation', 'private', 'sh', script, folder];
  const { status, stderr } = spawnSync('unshare', args, { input: commands, encoding: 'utf8', timeout: 60_000 });
  if (status !== 0) throw new Error(`no journal was written: ${stderr}`);
}
