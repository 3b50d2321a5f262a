import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { Fault } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import { silentLog } from '#core/log.ts';
import type { PlayRequest } from '#core/plan.ts';
import { join, type Text, t } from '#core/text.ts';
import { shopSource } from '#harbour/layout.ts';
import { loadInventory } from '#playbook/inventory/load.ts';
import type { Executor } from '#runs/executor.ts';
import { eventLines, exitCode, planText, recapOfPlan, recapText } from '#runs/text.ts';
import { createSsh } from '#ssh/real/open.ts';
import { executorSettings } from '../edges.ts';
import { executorOver } from '../executor-options.ts';
import { readArguments, settingsFor } from './arguments.ts';
import { orDemo } from './or-demo.ts';
import { type CliCommand, type Terminal, Usage } from './terminal.ts';

const options = {
  inventory: { type: 'string', short: 'i', multiple: true },
  limit: { type: 'string', short: 'l' },
  tags: { type: 'string', short: 't', multiple: true },
  'skip-tags': { type: 'string', multiple: true },
  'extra-vars': { type: 'string', short: 'e', multiple: true },
  check: { type: 'boolean', short: 'C' },
  diff: { type: 'boolean', short: 'D' },
} as const;

const usage = t(
  'PLAYBOOK [-i INVENTORY] [-l LIMIT] [-t TAGS] [--skip-tags TAGS] [-e VARS] [--check] [--diff] [--json]',
  'PLAYBOOK [-i INVENTAIRE] [-l LIMITE] [-t TAGS] [--skip-tags TAGS] [-e VARIABLES] [--check] [--diff] [--json]',
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
  readonly json: boolean;
  readonly diff: boolean;
  readonly check: boolean;
}

const split = (lists: readonly string[] | undefined): readonly string[] | undefined =>
  lists?.flatMap((list) => list.split(',')).filter((tag) => tag !== '');

async function jobFor(args: readonly string[], terminal: Terminal): Promise<Job> {
  const { values, positionals } = readArguments(args, options, 1);
  const [playbook] = positionals;
  if (playbook === undefined) throw new Usage(t('Name one playbook.', 'Nommez un playbook.'));
  const loaded = await settingsFor(values.config, terminal);
  const inventory = values.inventory?.map((path) => resolve(path));
  const settings = orDemo({ ...loaded.settings, ...(inventory === undefined ? {} : { inventory }) });
  // A path names a file anywhere; a bare name one of the playbooks folder.
  const isPath = existsSync(playbook);
  const folder = isPath ? dirname(resolve(playbook)) : settings.playbooks;
  const tags = split(values.tags);
  const skipTags = split(values['skip-tags']);
  const request: PlayRequest = {
    playbook: isPath ? basename(playbook) : /\.ya?ml$/.test(playbook) ? playbook : `${playbook}.yml`,
    vars: await readVars(values['extra-vars'] ?? []),
    locks: [],
    ...(values.limit === undefined ? {} : { limit: values.limit }),
    ...(tags === undefined ? {} : { tags }),
    ...(skipTags === undefined ? {} : { skipTags }),
  };
  const { keepaliveSeconds, keepaliveCount } = settings.ssh;
  const executor = executorOver({
    ssh: createSsh({ log: silentLog, keepaliveMs: keepaliveSeconds * 1000, keepaliveCount }),
    settings: executorSettings({ ...settings, playbooks: folder }, { readable: [shopSource], secrets: loaded.secrets }),
    inventory: async () => {
      const read = await loadInventory(settings.inventory);
      if (!read.ok) throw new Fault(read.refusal);
      return read.value;
    },
    log: silentLog,
  });
  return { executor, request, json: values.json === true, diff: values.diff === true, check: values.check === true };
}

async function doPlan(job: Job, terminal: Terminal, diff: boolean): Promise<number> {
  const planned = await job.executor.plan({ key: `plan-${process.pid}`, request: job.request }, terminal.signal);
  if (!planned.ok) throw new Fault(planned.refusal);
  const shown = job.json
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
      const text = { diff: job.diff, language: terminal.language };
      for (const line of job.json ? [JSON.stringify(event)] : eventLines(event, text)) terminal.out(line);
    },
    control,
  );
  const played = Object.keys(outcome.recap).length > 0;
  if (job.json) terminal.out(JSON.stringify(outcome));
  else if (played) terminal.out(`\n${recapText(outcome.recap).trimEnd()}`);
  if (outcome.refusal) terminal.error(outcome.refusal.say);
  return exitCode(outcome.recap) || (outcome.state === 'done' ? 0 : 1);
}

async function withJob(
  args: readonly string[],
  terminal: Terminal,
  work: (job: Job) => Promise<number>,
): Promise<number> {
  const job = await jobFor(args, terminal);
  try {
    return await work(job);
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
    withJob(args, terminal, (job) => (job.check ? doPlan(job, terminal, job.diff) : doRun(job, terminal))),
};
