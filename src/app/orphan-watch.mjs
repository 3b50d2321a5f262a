import { workerData } from 'node:worker_threads';

// A thread of its own, since what it is about is a process that hears nothing any more: a playbook's module or template
// that loops. When the bot was killed, such a process would live on for ever.
const lookEveryMs = 2_000;
const graceMs = 5_000;

let orphanedAt;
setInterval(() => {
  if (process.ppid === workerData.parent) return;
  orphanedAt ??= Date.now();
  if (Date.now() - orphanedAt >= graceMs) process.kill(process.pid, 'SIGKILL');
}, lookEveryMs);
