import { existsSync } from 'node:fs';
import { basename, dirname, isAbsolute, relative, resolve } from 'node:path';
import { Fault, refusalOf } from '#core/errors.ts';
import { present } from '#core/present.ts';
import { join, type Text, t } from '#core/text.ts';
import { aFolder, isFolder, withExtension } from '#playbook/parse.ts';
import { eventLines, exitCode, exitCodeOfPlan, planText, recapOfPlan, recapText } from '#runs/text.ts';
import { readArguments } from './arguments.ts';
import { explain } from './explain.ts';
import { applyJob, type Job, jobOptions, openJob, type Playing, planJob } from './job.ts';
import { isUnreadable, listingLines, readFor } from './listing.ts';
import { type CliCommand, type Terminal, Usage } from './terminal.ts';

const options = {
  ...jobOptions,
  tags: { type: 'string', short: 't', multiple: true },
  'skip-tags': { type: 'string', multiple: true },
  'start-at-task': { type: 'string' },
  'syntax-check': { type: 'boolean' },
  'list-tasks': { type: 'boolean' },
  'list-tags': { type: 'boolean' },
} as const;

const usage = t(
  'PLAYBOOK [-i INVENTORY] [-l LIMIT] [-t TAGS] [--skip-tags TAGS] [-e VARS] [-u USER] [-b] [-f FORKS] [--check] [--diff] [--syntax-check] [--list-tasks] [--list-hosts] [--list-tags] [--start-at-task NAME] [--vault-id NAME@FILE] [--json]',
  'PLAYBOOK [-i INVENTAIRE] [-l LIMITE] [-t TAGS] [--skip-tags TAGS] [-e VARIABLES] [-u COMPTE] [-b] [-f NOMBRE] [--check] [--diff] [--syntax-check] [--list-tasks] [--list-hosts] [--list-tags] [--start-at-task NOM] [--vault-id NOM@FICHIER] [--json]',
);

interface PlayJob extends Job {
  readonly values: ReturnType<typeof readArguments<typeof options>>['values'];
}

const split = (lists: readonly string[] | undefined): readonly string[] | undefined =>
  lists?.flatMap((list) => list.split(',')).filter((tag) => tag !== '');

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

const noPlaybookFile = (path: string): Fault =>
  new Fault({
    code: 'playbook.no_file',
    say: t(
      `${path} is no playbook: its name does not end in .yml or .yaml.`,
      `${path} n’est pas un playbook : son nom ne finit pas par .yml ni .yaml.`,
    ),
  });

/** A path names a file anywhere; a bare name one of the playbooks folder, also where a folder here is called so. */
async function playingOf(playbook: string, playbooks: string): Promise<Playing> {
  const isFolderHere = await isFolder(playbook);
  if (!isFolderHere && existsSync(playbook)) {
    if (!/\.ya?ml$/.test(playbook)) throw noPlaybookFile(playbook);
    return { folder: dirname(resolve(playbook)), playbook: basename(playbook) };
  }
  const named = leadsOut(playbooks, playbook) ? undefined : await withExtension(playbooks, playbook);
  if (named?.ok === false) throw new Fault(named.refusal);
  const path = named && resolve(playbooks, named.value);
  if (isFolderHere && (path === undefined || !existsSync(path) || (await isFolder(path))))
    throw new Fault(await aFolder(playbook, playbook));
  if (named === undefined) throw noFile(playbook, playbooks);
  return { folder: playbooks, playbook: named.value };
}

async function jobFor(args: readonly string[], terminal: Terminal): Promise<PlayJob> {
  const { values, positionals } = readArguments(args, options, 1);
  const [playbook] = positionals;
  if (playbook === undefined) throw new Usage(t('Name one playbook.', 'Nommez un playbook.'));
  const job = await openJob(values, terminal, ({ playbooks }) => playingOf(playbook, playbooks));
  const asked = { tags: split(values.tags), skipTags: split(values['skip-tags']), startAt: values['start-at-task'] };
  const request = { ...job.request, ...present(asked) };
  return { ...job, request, looking: { ...job.looking, request }, values };
}

const lookingOptions = ['list-tasks', 'list-hosts', 'list-tags', 'syntax-check'] as const;

/** What only looks at the playbook; undefined when it is to be played. */
async function look({ values, looking, executor, request }: PlayJob, terminal: Terminal): Promise<number | undefined> {
  const what = {
    tasks: values['list-tasks'] === true,
    hosts: values['list-hosts'] === true,
    tags: values['list-tags'] === true,
  };
  const words = lookingOptions.filter((name) => values[name] === true).map((name) => `--${name}`);
  const foreign = words.length > 0 ? await executor.list(request, words, terminal.signal) : undefined;
  if (foreign !== undefined) {
    terminal.out(foreign.trimEnd());
    return 0;
  }
  if (what.tasks || what.hosts || what.tags) {
    for (const line of await listingLines(looking, what)) terminal.out(line);
    return 0;
  }
  if (values['syntax-check'] !== true) return undefined;
  await readFor(looking);
  terminal.out(`\nplaybook: ${looking.request.playbook}`);
  return 0;
}

async function doPlan(job: PlayJob, terminal: Terminal, diff: boolean): Promise<number> {
  const plan = await planJob(job, terminal);
  const recap = recapOfPlan(plan);
  const shown = job.values.json
    ? JSON.stringify({ ...plan, recap })
    : planText(plan, { diff, language: terminal.language });
  terminal.out(shown.trimEnd());
  return exitCodeOfPlan(plan);
}

async function doRun(job: PlayJob, terminal: Terminal): Promise<number> {
  const text = { diff: job.values.diff === true, language: terminal.language };
  const outcome = await applyJob(job, terminal, (event) => {
    for (const line of job.values.json ? [JSON.stringify(event)] : eventLines(event, text)) terminal.out(line);
  });
  const played = Object.keys(outcome.recap).length > 0;
  if (job.values.json) terminal.out(JSON.stringify(outcome));
  else if (played) terminal.out(`\n${recapText(outcome.recap).trimEnd()}`);
  const { refusal } = outcome;
  if (refusal) explain(refusal, terminal);
  return exitCode(outcome.recap) || (outcome.state === 'done' ? 0 : refusal && isUnreadable(refusal) ? 4 : 1);
}

async function withJob(
  args: readonly string[],
  terminal: Terminal,
  work: (job: PlayJob) => Promise<number>,
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
