// Plays the floor on all hosts at once, on every word: each task a round trip of its own (`steps`) or all of them in one
// (`script`), over new connections or over some that stay (`stay`).
import { playOnWord } from '../cost/on-word.mjs';
import { openShell } from './shell.mjs';
import { countsOf, forget, tasksOf } from './tasks.mjs';

const { lab, hosts, mode, stay } = JSON.parse(process.argv[2]);
const open = new Map();

async function inSteps(shell, tasks) {
  let output = '';
  for (const task of tasks) output += await shell.run(task);
  return output;
}

async function playOn(host) {
  const shell = open.get(host.name) ?? (await openShell(host, lab));
  const tasks = tasksOf(host);
  const [first, ...rest] = tasks;
  const fresh = [`${forget}\n${first}`, ...rest];
  const output = mode === 'script' ? await shell.run(fresh.join('\n')) : await inSteps(shell, fresh);
  if (stay) open.set(host.name, shell);
  else await shell.close();
  return [host.name, countsOf(output.replaceAll('=end\n', ''))];
}

playOnWord(
  async () => Object.fromEntries(await Promise.all(hosts.map(playOn))),
  () => Promise.all([...open.values()].map((shell) => shell.close())),
);
