// How much of other people's playbooks is accepted: node bench/accept/run.ts FOLDER…
// Each folder is a repository of playbooks and roles. Nothing is run; nothing is written.
import { accept } from './accept.ts';

const share = (accepted: number, tasks: number): string => `${((100 * accepted) / Math.max(1, tasks)).toFixed(1)} %`;

const folders = process.argv.slice(2);
if (folders.length === 0) {
  console.error('Name folders of playbooks and roles.');
  process.exit(2);
}
const all = folders.map(accept);
for (const { folder, tasks, accepted } of all)
  console.log(`${folder}: ${accepted} of ${tasks} tasks, ${share(accepted, tasks)}`);
const tasks = all.reduce((sum, one) => sum + one.tasks, 0);
const accepted = all.reduce((sum, one) => sum + one.accepted, 0);
console.log(`all: ${accepted} of ${tasks} tasks, ${share(accepted, tasks)}`);
const reasons = new Map<string, number>();
for (const one of all)
  for (const [reason, count] of one.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + count);
for (const [reason, count] of [...reasons].sort((a, b) => b[1] - a[1]).slice(0, 40)) console.log(`${count}\t${reason}`);
