import { Fault, refusalOf } from '#core/errors.ts';
import { furtherFaults } from '#core/further-faults.ts';
import type { Json } from '#core/json.ts';
import { each, join, t } from '#core/text.ts';
import { shortName } from '#playbook/modules/registry.ts';
import { foreseenLines, hostLines } from '#runs/host-lines.ts';
import { exitCode, exitCodeOfPlan, recapOfPlan } from '#runs/text.ts';
import { readArguments, unknownWord } from './arguments.ts';
import { yamlOf } from './extra-vars.ts';
import { applyJob, type Job, jobOptions, openJob, planJob } from './job.ts';
import { modulesOf, namesMeant } from './listing.ts';
import { type CliCommand, type Terminal, Usage } from './terminal.ts';

const options = {
  ...jobOptions,
  'module-name': { type: 'string', short: 'm' },
  args: { type: 'string', short: 'a' },
  'one-line': { type: 'boolean', short: 'o' },
  background: { type: 'string', short: 'B' },
  poll: { type: 'string', short: 'P' },
} as const;

type Values = ReturnType<typeof readArguments<typeof options>>['values'];

/** What the playbook of one task is called where a playbook is named. */
const name = 'adhoc';

/** The module that is meant; `command` when none is named, as with `ansible`. */
async function moduleOf(given = 'command'): Promise<string> {
  const known = await modulesOf(process.cwd());
  if (known.get(given)) return given;
  throw unknownWord(t(`There is no module ${given}.`, `Il n’y a pas de module ${given}.`), given, known.names());
}

/** `-a`: `key=value` words as in a playbook, or a mapping in JSON or YAML. */
function argumentsOf(given: string | undefined): Json {
  if (given === undefined || given.trim() === '') return null;
  if (!/^\s*\{/.test(given)) return given;
  const mapping = yamlOf(given);
  if (typeof mapping === 'object' && mapping !== null) return mapping as Json; // what YAML reads of a text is JSON
  throw new Usage(t(`-a ${given}: is no mapping.`, `-a ${given} : n’est pas une suite de noms et de valeurs.`));
}

/** `-B` and `-P`: seconds. */
function secondsOf(option: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  if (/^\d+$/.test(given)) return Number(given);
  throw new Usage(t(`${option} ${given}: wants seconds.`, `${option} ${given} : attend des secondes.`));
}

/** Modules that are nothing without a command. */
const wantsCommand: ReadonlySet<string> = new Set(['command', 'shell', 'raw', 'script']);

/** The playbook of one task that is meant. JSON is YAML. */
async function written(pattern: string, values: Values): Promise<string> {
  const module = await moduleOf(values['module-name']);
  const args = argumentsOf(values.args);
  if (args === null && values['list-hosts'] !== true && wantsCommand.has(shortName(module)))
    throw new Usage(t(`-a: say what ${module} is to run.`, `-a : dites ce que ${module} doit lancer.`));
  const background = secondsOf('-B', values.background);
  const task = {
    name: module,
    [module]: args,
    ...(background === undefined ? {} : { async: background, poll: secondsOf('-P', values.poll) ?? 15 }),
  };
  return JSON.stringify([{ name, hosts: pattern, gather_facts: false, tasks: [task] }]);
}

const linesFor = (values: Values, { language }: Terminal) => ({
  language,
  one: values['one-line'] === true,
  diff: values.diff === true,
});

async function check(job: Job, values: Values, terminal: Terminal): Promise<number> {
  const plan = await planJob(job, terminal);
  const how = linesFor(values, terminal);
  if (values.json) terminal.out(JSON.stringify({ ...plan, recap: recapOfPlan(plan) }));
  else for (const step of plan.steps) for (const line of foreseenLines(step, how)) terminal.out(line);
  return exitCodeOfPlan(plan);
}

async function apply(job: Job, values: Values, terminal: Terminal): Promise<number> {
  const how = linesFor(values, terminal);
  const outcome = await applyJob(job, terminal, (event) => {
    if (values.json) terminal.out(JSON.stringify(event));
    else if (event.kind === 'step') for (const line of hostLines(event.step, how)) terminal.out(line);
  });
  if (values.json) terminal.out(JSON.stringify(outcome));
  // Each host has said how it went.
  else if (outcome.refusal && outcome.refusal.code !== 'run.hosts_failed') throw new Fault(outcome.refusal);
  return exitCode(outcome.recap) || (outcome.state === 'done' ? 0 : 1);
}

/** The hosts that are meant, as `ansible --list-hosts` prints them. */
async function listHosts({ looking }: Job, pattern: string, terminal: Terminal): Promise<number> {
  const names = namesMeant(await looking.inventory(), pattern, looking.request.limit);
  for (const line of [`  hosts (${names.length}):`, ...names.map((host) => `    ${host}`)]) terminal.out(line);
  return 0;
}

/** `quarterdeck adhoc`: one module on some hosts, with `ansible`'s flags, words and exit codes. */
export const adhoc: CliCommand = {
  usage: t(
    'adhoc PATTERN [-m MODULE] [-a ARGUMENTS] [-i INVENTORY] [-l LIMIT] [-e VARS] [-u USER] [-b] [-f FORKS] [-o] [-B SECONDS] [-P SECONDS] [--check] [--diff] [--list-hosts] [--vault-id NAME@FILE] [--json]',
    'adhoc MOTIF [-m MODULE] [-a ARGUMENTS] [-i INVENTAIRE] [-l LIMITE] [-e VARIABLES] [-u COMPTE] [-b] [-f NOMBRE] [-o] [-B SECONDES] [-P SECONDES] [--check] [--diff] [--list-hosts] [--vault-id NOM@FICHIER] [--json]',
  ),
  about: t(
    'Run one module on some hosts; flags, words and exit codes as ansible’s',
    'Lancer un module sur des hôtes ; options, mots et codes de sortie comme ansible',
  ),
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, options, 1);
    const [pattern] = positionals;
    if (pattern === undefined) throw new Usage(t('Name the hosts.', 'Nommez les hôtes.'));
    const given = { [name]: await written(pattern, values) };
    const job = await openJob(values, terminal, () => ({ folder: process.cwd(), playbook: name, given }));
    try {
      if (values['list-hosts']) return await listHosts(job, pattern, terminal);
      return await (values.check ? check : apply)(job, values, terminal);
    } catch (thrown) {
      throw plainly(thrown);
    } finally {
      await job.executor.close();
    }
  },
};

/** What is wrong with a module's arguments, without a place in a file that there is not. */
function plainly(thrown: unknown): unknown {
  const refusal = refusalOf(thrown);
  if (refusal?.code !== 'playbook.invalid') return thrown;
  const place = new RegExp(`^${name}:\\d+:\\d+(?: :|:) `, 'gm');
  const say = [refusal.say, ...furtherFaults(refusal)].map((one) => each(one, (words) => words.replace(place, '')));
  return new Usage(join(say, '\n'));
}
