import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, relative, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { createRedactor } from '#audit/redact.ts';
import { Fault, refusalOf } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import { silentLog } from '#core/log.ts';
import type { PlayRequest } from '#core/plan.ts';
import { join, type Text, t } from '#core/text.ts';
import { type Inventory, loadInventory } from '#playbook/inventory/load.ts';
import { createVault } from '#playbook/vault.ts';
import type { Executor } from '#runs/executor.ts';
import { eventLines, exitCode, planText, recapOfPlan, recapText } from '#runs/text.ts';
import { createSsh } from '#ssh/real/open.ts';
import { executorOver } from '../executor-options.ts';
import { executorSettings } from '../executor-settings.ts';
import { vaultSecretsOf } from '../vault.ts';
import { readArguments, settingsFor } from './arguments.ts';
import { explain } from './explain.ts';
import { isUnreadable, type Looking, listingLines, readFor } from './listing.ts';
import { orDemo } from './or-demo.ts';
import { type CliCommand, type Terminal, Usage } from './terminal.ts';
import { vaultOptions, vaultSecrets } from './vault-secrets.ts';

const options = {
  inventory: { type: 'string', short: 'i', multiple: true },
  limit: { type: 'string', short: 'l' },
  tags: { type: 'string', short: 't', multiple: true },
  'skip-tags': { type: 'string', multiple: true },
  'extra-vars': { type: 'string', short: 'e', multiple: true },
  check: { type: 'boolean', short: 'C' },
  diff: { type: 'boolean', short: 'D' },
  user: { type: 'string', short: 'u' },
  become: { type: 'boolean', short: 'b' },
  'become-user': { type: 'string' },
  forks: { type: 'string', short: 'f' },
  verbose: { type: 'boolean', short: 'v', multiple: true },
  'start-at-task': { type: 'string' },
  'syntax-check': { type: 'boolean' },
  'list-tasks': { type: 'boolean' },
  'list-hosts': { type: 'boolean' },
  'list-tags': { type: 'boolean' },
  ...vaultOptions,
} as const;

const usage = t(
  'PLAYBOOK [-i INVENTORY] [-l LIMIT] [-t TAGS] [--skip-tags TAGS] [-e VARS] [-u USER] [-b] [-f FORKS] [--check] [--diff] [--syntax-check] [--list-tasks] [--list-hosts] [--list-tags] [--start-at-task NAME] [--vault-id NAME@FILE] [--json]',
  'PLAYBOOK [-i INVENTAIRE] [-l LIMITE] [-t TAGS] [--skip-tags TAGS] [-e VARIABLES] [-u COMPTE] [-b] [-f NOMBRE] [--check] [--diff] [--syntax-check] [--list-tasks] [--list-hosts] [--list-tags] [--start-at-task NOM] [--vault-id NOM@FICHIER] [--json]',
);

const varsShape = z.record(z.string(), z.json());

/** `-e`: `key=value` pairs, JSON or YAML, or `@file`. */
async function readVars(all: readonly string[]): Promise<JsonObject> {
  const vars: Record<string, Json> = {};
  for (const given of all) {
    const text = given.startsWith('@') ? await readVarsFile(given) : given;
    Object.assign(vars, given.startsWith('@') || /^\s*[{[]/.test(text) ? readMapping(given, text) : readPairs(text));
  }
  return vars;
}

const readVarsFile = (given: string): Promise<string> =>
  readFile(given.slice(1), 'utf8').catch(() => {
    throw new Usage(t(`-e ${given}: the file cannot be read.`, `-e ${given} : le fichier ne peut pas être lu.`));
  });

/** Text as YAML, of which JSON is a part; undefined when it is neither. */
function yamlOf(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

function readMapping(given: string, text: string): JsonObject {
  const parsed = varsShape.safeParse(yamlOf(text));
  if (!parsed.success) {
    throw new Usage(
      t(`-e ${given}: wants a mapping of names to values.`, `-e ${given} : attend des noms et leurs valeurs.`),
    );
  }
  return parsed.data as JsonObject;
}

function readPairs(text: string): JsonObject {
  const pairs = [...text.matchAll(/([A-Za-z_]\w*)=(?:"([^"]*)"|'([^']*)'|(\S*))\s*/g)];
  if (
    pairs.map(([whole]) => whole).join('') !== `${text} `.trimStart() &&
    pairs.map(([whole]) => whole).join('') !== text
  ) {
    throw new Usage(
      t(`-e ${text}: wants name=value, JSON or @file.`, `-e ${text} : attend nom=valeur, du JSON ou @fichier.`),
    );
  }
  return Object.fromEntries(
    pairs.map(([, name = '', ...values]) => [name, values.find((value) => value !== undefined) ?? '']),
  );
}

interface Job {
  readonly executor: Executor;
  readonly request: PlayRequest;
  readonly looking: Looking;
  readonly values: Values;
}

type Values = ReturnType<typeof readArguments<typeof options>>['values'];

const split = (lists: readonly string[] | undefined): readonly string[] | undefined =>
  lists?.flatMap((list) => list.split(',')).filter((tag) => tag !== '');

const given = <T extends object>(some: T): Partial<{ [K in keyof T]: NonNullable<T[K]> }> =>
  Object.fromEntries(Object.entries(some).filter(([, value]) => value !== undefined)) as never;

async function requestOf(playbook: string, values: Values): Promise<PlayRequest> {
  return {
    playbook: existsSync(playbook) ? basename(playbook) : /\.ya?ml$/.test(playbook) ? playbook : `${playbook}.yml`,
    vars: await readVars(values['extra-vars'] ?? []),
    locks: [],
    ...given({
      limit: values.limit,
      tags: split(values.tags),
      skipTags: split(values['skip-tags']),
      startAt: values['start-at-task'],
    }),
  };
}

/** `-f`: as many hosts at once. */
function forksOf(values: Values): { readonly hostsAtOnce?: number } {
  if (values.forks === undefined) return {};
  const forks = Number(values.forks);
  if (Number.isInteger(forks) && forks > 0) return { hostsAtOnce: forks };
  throw new Usage(
    t(`-f ${values.forks}: wants a number from 1.`, `-f ${values.forks} : attend un nombre à partir de 1.`),
  );
}

const noFile = (path: string, folder: string): Fault =>
  new Fault({
    code: 'playbook.no_file',
    say: t(`There is no such file: ${path}`, `Ce fichier n’existe pas : ${path}`),
    next: t(
      `Name a file by its path, or a playbook of ${folder} by its name.`,
      `Nommez un fichier par son chemin, ou un playbook de ${folder} par son nom.`,
    ),
  });

/** True for a path that leads out of the playbooks folder: here, unlike in chat, it may name a file anywhere. */
const leadsOut = (folder: string, path: string): boolean =>
  isAbsolute(path) || relative(folder, resolve(folder, path)).startsWith('..');

async function jobFor(args: readonly string[], terminal: Terminal): Promise<Job> {
  const { values, positionals } = readArguments(args, options, 1);
  const [playbook] = positionals;
  if (playbook === undefined) throw new Usage(t('Name one playbook.', 'Nommez un playbook.'));
  const loaded = await settingsFor(values.config, terminal);
  const paths = values.inventory?.map((path) => resolve(path));
  const settings = orDemo({ ...loaded.settings, ...given({ inventory: paths }) });
  const ssh = values.user === undefined ? settings.ssh : { ...settings.ssh, user: values.user };
  // A path names a file anywhere; a bare name one of the playbooks folder.
  const folder = existsSync(playbook) ? dirname(resolve(playbook)) : settings.playbooks;
  if (!existsSync(playbook) && leadsOut(settings.playbooks, playbook)) throw noFile(playbook, settings.playbooks);
  const redactor = createRedactor(loaded.secrets);
  const secrets = [...(await vaultSecrets(values, terminal)), ...vaultSecretsOf(settings)];
  const vault = createVault(secrets, (value) => redactor.add(value));
  const request = await requestOf(playbook, values);
  const inventory = async (): Promise<Inventory> => {
    const read = await loadInventory(settings.inventory, { beside: folder, vault });
    if (!read.ok) throw new Fault(read.refusal);
    return read.value;
  };
  const executor = executorOver({
    ssh: createSsh({
      // Whoever types this is on that machine already, with the same rights.
      local: true,
      log: silentLog,
      keepaliveMs: ssh.keepaliveSeconds * 1000,
      keepaliveCount: ssh.keepaliveCount,
    }),
    settings: executorSettings(
      { ...settings, ssh, playbooks: folder },
      // Whatever the person who types this may read.
      { readable: ['/'], secrets: loaded.secrets },
    ),
    inventory,
    more: {
      vault,
      redact: (text) => redactor.text(text),
      edges: redactor.edges,
      limits: forksOf(values),
      here: true,
      environment: Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? ''])),
      ...(values.become || values['become-user'] ? { become: values['become-user'] ?? 'root' } : {}),
    },
    log: silentLog,
  });
  return { executor, request, looking: { root: folder, request, vault, inventory }, values };
}

/** What only looks at the playbook; undefined when it is to be played. */
async function look({ values, looking }: Job, terminal: Terminal): Promise<number | undefined> {
  const what = {
    tasks: values['list-tasks'] === true,
    hosts: values['list-hosts'] === true,
    tags: values['list-tags'] === true,
  };
  if (what.tasks || what.hosts || what.tags) {
    for (const line of await listingLines(looking, what)) terminal.out(line);
    return 0;
  }
  if (values['syntax-check'] !== true) return undefined;
  await readFor(looking);
  terminal.out(`\nplaybook: ${looking.request.playbook}`);
  return 0;
}

async function doPlan(job: Job, terminal: Terminal, diff: boolean): Promise<number> {
  const planned = await job.executor.plan({ key: `plan-${process.pid}`, request: job.request }, terminal.signal);
  if (!planned.ok) throw new Fault(planned.refusal);
  const shown = job.values.json
    ? JSON.stringify(planned.value)
    : planText(planned.value, { diff, language: terminal.language });
  terminal.out(shown.trimEnd());
  return exitCode(recapOfPlan(planned.value));
}

async function doRun(job: Job, terminal: Terminal): Promise<number> {
  const stop = new AbortController();
  terminal.signal.addEventListener('abort', () => stop.abort());
  const control = { boundary: stop.signal, now: new AbortController().signal };
  const key = `cli-${process.pid}-${Date.now()}`;
  const outcome = await job.executor.apply(
    { key, request: job.request, done: [] },
    (event) => {
      const text = { diff: job.values.diff === true, language: terminal.language };
      for (const line of job.values.json ? [JSON.stringify(event)] : eventLines(event, text)) terminal.out(line);
    },
    control,
  );
  const played = Object.keys(outcome.recap).length > 0;
  if (job.values.json) terminal.out(JSON.stringify(outcome));
  else if (played) terminal.out(`\n${recapText(outcome.recap).trimEnd()}`);
  const unread = outcome.refusal && isUnreadable(outcome.refusal) ? outcome.refusal : undefined;
  if (unread) explain(unread, terminal);
  else if (outcome.refusal) terminal.error(outcome.refusal.say);
  return exitCode(outcome.recap) || (outcome.state === 'done' ? 0 : unread ? 4 : 1);
}

async function withJob(
  args: readonly string[],
  terminal: Terminal,
  work: (job: Job) => Promise<number>,
): Promise<number> {
  const job = await jobFor(args, terminal);
  try {
    return (await look(job, terminal)) ?? (await work(job));
  } catch (thrown) {
    // The faults are told as for every command; the exit code is ansible-playbook's.
    const refusal = refusalOf(thrown);
    if (!refusal || !isUnreadable(refusal)) throw thrown;
    explain(refusal, terminal);
    return 4;
  } finally {
    await job.executor.close();
  }
}

const withName = (name: string): Text => join([name, usage], ' ');

/** `quarterdeck plan`: what a playbook would change, changing nothing. */
export const plan: CliCommand = {
  usage: withName('plan'),
  about: t(
    'Show what a playbook would change, with the differences, changing nothing',
    'Montrer ce qu’un playbook changerait, avec les différences, sans rien changer',
  ),
  run: (args, terminal) => withJob(args, terminal, (job) => doPlan(job, terminal, true)),
};

/** `quarterdeck run`: plays a playbook with `ansible-playbook`'s flags, recap and exit codes. */
export const run: CliCommand = {
  usage: withName('run'),
  about: t(
    'Play a playbook; flags, recap and exit codes as ansible-playbook’s',
    'Jouer un playbook ; options, bilan et codes de sortie comme ansible-playbook',
  ),
  run: (args, terminal) =>
    withJob(args, terminal, (job) =>
      job.values.check ? doPlan(job, terminal, job.values.diff === true) : doRun(job, terminal),
    ),
};
