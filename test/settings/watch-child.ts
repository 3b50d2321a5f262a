import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadSettings, type SettingsOutcome } from '#settings/load.ts';
import { watchSettings } from '#settings/watch.ts';

// A process that watches q.yaml in the folder it is told, and has no file left to open when it changes.
const path = join(process.argv[2] ?? '', 'q.yaml');
const told: SettingsOutcome[] = [];
const first = await loadSettings({ path, env: {} });
const watch = watchSettings({
  path,
  env: {},
  first,
  onChange: (outcome) => told.push(outcome),
  settleMs: 30,
  pollMs: 50,
});
const file = openSync(path, 'r+');
const open: number[] = [];
try {
  for (;;) open.push(openSync('/dev/null', 'r'));
} catch {
  // none is left
}
ftruncateSync(file);
writeSync(file, 'language: fr', 0);
while (told.length === 0) await sleep(10);
await sleep(300);
for (const one of open) closeSync(one);
for (let waits = 0; waits < 200 && watch.current()?.language !== 'fr'; waits += 1) await sleep(10);
watch.stop();
process.stdout.write(`${told.map(({ ok }) => (ok ? 'good' : 'broken')).join()} ${watch.current()?.language}`);
