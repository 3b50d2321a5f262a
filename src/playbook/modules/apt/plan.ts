import type { JsonObject } from '#core/json.ts';
import type { Applied, FoundDifference, ModulePlan } from '../module.ts';
import { type PackageChange, packageDifferences, packageSubject, readSimulation } from '../packages/simulation.ts';
import { fromHex, readFields } from '../state/fields.ts';
import { missingTool } from '../state/tools.ts';
import type { AptArgs } from './arguments.ts';

/** What the host said: what apt-get would do, and how old its lists are. */
export interface AptState {
  readonly failed?: string;
  /** Seconds since the epoch. */
  readonly cacheTime: number;
  readonly stale: boolean;
  /** What apt-get was asked about. */
  readonly wanted: readonly string[];
  /** Files of packages, as named in the task. */
  readonly debs: readonly string[];
  readonly changes: readonly PackageChange[];
  /** Old archives `autoclean` would delete. */
  readonly deletions: number;
  readonly archives: number;
  /** Named packages that count as dependencies. */
  readonly automatic: readonly string[];
  readonly said: string;
}

const lack = (said: string, wanted: readonly string[]): string | undefined => {
  const [, unknown] = /^E: Unable to locate package (\S+)/m.exec(said) ?? [];
  const [, bare] = /^E: Package '([^']+)' has no installation candidate/m.exec(said) ?? [];
  const [, version, name] = /^E: Version '([^']+)' for '([^']+)' was not found/m.exec(said) ?? [];
  const [, source] = /^E: Unable to find a source package for (\S+)/m.exec(said) ?? [];
  const none = unknown ?? bare;
  if (none !== undefined) {
    const written = wanted.find((word) => word.startsWith(`${none}=`));
    return `No package matching '${written?.split('=')[0] ?? none}' is available`;
  }
  if (name !== undefined) return `no available installation candidate for ${name}=${version}`;
  return source === undefined ? undefined : `Unable to find a source package for ${source}`;
};

/** What is to be installed, and would go. */
const mistaken = ({ job }: AptArgs, changes: readonly PackageChange[]): string | undefined => {
  if (job.kind !== 'install') return undefined;
  const named = job.packages.map(({ name }) => bareName(name));
  const gone = changes.find(({ name, after }) => after === undefined && named.includes(bareName(name)));
  return gone && `apt-get would remove ${gone.name}, which is to be installed`;
};

/** Without the architecture. */
const bareName = (name: string): string => name.split(':')[0] ?? name;

const troubleOf = (said: string, wanted: readonly string[]): string => {
  const errors = said.split('\n').filter((line) => line.startsWith('E: '));
  const unmet = said
    .split('\n')
    .filter((line) => / : (?:Depends|PreDepends|Conflicts|Breaks): /.test(line))
    .map((line) => line.trim());
  return lack(said, wanted) ?? `apt-get failed: ${[...errors, ...unmet].join('; ') || said.trim().slice(-500)}`;
};

const failureOf = (
  args: AptArgs,
  fields: ReturnType<typeof readFields>,
  wanted: readonly string[],
): string | undefined => {
  const missing = missingTool(
    fields,
    'apt',
    'The module is for Debian and its kin; use package, dnf or yum elsewhere.',
  );
  if (missing !== undefined) return missing;
  const [nomatch] = fields.all('nomatch');
  if (nomatch !== undefined) return `No package(s) matching '${nomatch}' available`;
  const [noname] = fields.all('noname');
  if (noname !== undefined) return `No package matching '${noname}' is available`;
  const [none] = fields.all('nocandidate');
  if (none !== undefined) return `no available installation candidate for ${none}`;
  const failed = fields.text('failed') ?? fields.raw('failed')?.trim();
  if (failed !== undefined) return failed;
  const code = fields.number('code') ?? 0;
  const simulated = fields.raw('simulation') ?? '';
  if (code !== 0 && args.job.kind !== 'nothing') return troubleOf(simulated, wanted);
  return mistaken(args, readSimulation(simulated));
};

/** Reads what the probe printed. */
export const readApt = (output: Applied, args: AptArgs): AptState => {
  const fields = readFields(output);
  const said = fields.raw('simulation') ?? '';
  const wanted = (fields.get('wanted') ?? '').split(' ').filter((word) => word !== '');
  const failed = failureOf(args, fields, wanted);
  return {
    ...(failed !== undefined && { failed }),
    cacheTime: fields.number('cache') ?? 0,
    stale: fields.get('stale') === 'yes',
    wanted,
    debs: fields.all('deb').map((hex) => fromHex(hex)),
    changes: readSimulation(said),
    deletions: said.split('\n').filter((line) => line.startsWith('Del ')).length,
    archives: fields.all('archive').length,
    automatic: fields.all('auto'),
    said,
  };
};

/** Nothing but new lists is asked for: then these are the change, as Ansible counts it. */
export const onlyUpdates = (args: AptArgs): boolean => args.update !== undefined && args.job.kind === 'nothing';

const updateDifference = (args: AptArgs): FoundDifference => ({
  subject: 'apt lists',
  aspect: 'updated',
  before: false,
  after: true,
  ...(!onlyUpdates(args) && { reads: true as const }),
});

const cleanDifference = (state: AptState): FoundDifference => ({
  subject: 'apt archives',
  aspect: 'kept',
  before: state.archives,
  after: 0,
});

/** What the job itself would change. */
export const jobDifferences = (args: AptArgs, state: AptState): readonly FoundDifference[] => {
  if (args.job.kind === 'autoclean') {
    if (state.deletions === 0) return [];
    return [{ subject: 'apt archives', aspect: 'outdated', before: state.deletions, after: 0 }];
  }
  return packageDifferences(state.changes);
};

const markDifferences = (state: AptState): readonly FoundDifference[] =>
  state.automatic.map((name) => ({
    subject: packageSubject(name),
    aspect: 'marked',
    before: 'automatic',
    after: 'manual',
    how: true as const,
  }));

/** The return values about the lists. */
export const cacheResult = (args: AptArgs, updated: boolean, time: number): JsonObject =>
  ['install', 'build-dep', 'nothing'].includes(args.job.kind)
    ? { cache_updated: updated, cache_update_time: time }
    : {};

const named = (args: AptArgs): readonly string[] =>
  'packages' in args.job ? args.job.packages.map((one) => one.name) : [];

/** What the plan rests on: the named packages; sources and their lists, when these decide what comes; every package, for all. */
export const aptSubjects = (args: AptArgs, state: AptState): readonly string[] => {
  const { job } = args;
  const all = job.kind === 'upgrade' || job.kind === 'autoremove';
  const newest = job.kind === 'upgrade' || (job.kind === 'install' && job.latest);
  const comes = newest || jobDifferences(args, state).some((one) => one.after !== 'absent');
  return [
    ...named(args).map(packageSubject),
    ...(all ? ['package *'] : []),
    ...(comes ? ['/etc/apt/*', 'apt lists', 'apt key *'] : []),
  ];
};

/** Packages that would come and go, lists that would be fetched. */
export const planApt = (args: AptArgs, state: AptState): ModulePlan => {
  if (state.failed !== undefined) return { differences: [], result: { msg: state.failed }, failed: state.failed };
  const differences = [
    ...(args.clean && state.archives > 0 ? [cleanDifference(state)] : []),
    ...(args.update !== undefined && state.stale ? [updateDifference(args)] : []),
    ...jobDifferences(args, state),
    ...markDifferences(state),
  ];
  const said = state.said === '' ? {} : { stdout: state.said, stderr: '' };
  return { differences, result: { ...said, ...cacheResult(args, false, state.cacheTime) } };
};
