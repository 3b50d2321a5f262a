import { z } from 'zod';
import type { Module } from '#playbook/modules/module.ts';
import { bundledModules } from '#playbook/modules/registry.ts';
import { blockKeywords } from '#playbook/parse/block.ts';
import { playKeywords } from '#playbook/parse/play.ts';
import { taskKeywords } from '#playbook/parse/task.ts';
import { program } from '../../support/nspawn/programs.ts';
import { type Case, readCases } from './case.ts';
import { knownDifferences } from './known.ts';

const option = z.object({ aliases: z.array(z.string()).optional() });
const documented = z.record(
  z.string(),
  z.object({
    doc: z
      .object({ collection: z.string(), module: z.string(), options: z.record(z.string(), option).optional() })
      .optional(),
  }),
);

/** What Ansible says of a module: its full name and its arguments. */
interface Documented {
  readonly name: string;
  readonly options: Readonly<Record<string, z.output<typeof option>>>;
}

const collections = [
  ...['ansible.builtin', 'ansible.posix', 'community.general', 'community.crypto', 'community.docker'],
  ...['community.mysql', 'community.postgresql'],
];

/** Ansible's own documentation of these modules, by short name. */
async function documentation(names: readonly string[]): Promise<ReadonlyMap<string, Documented>> {
  const wanted = names.flatMap((name) => collections.map((collection) => `${collection}.${name}`));
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/nonexistent', LC_ALL: 'C.UTF-8' };
  const told = documented.parse(JSON.parse(await program('/usr/bin/ansible-doc', ['-j', ...wanted], env)));
  const found = new Map<string, Documented>();
  for (const [name, { doc }] of Object.entries(told)) {
    const short = name.split('.').at(-1) ?? name;
    if (!doc || found.has(short)) continue;
    found.set(short, { name: `${doc.collection}.${short}`, options: doc.options ?? {} });
  }
  return found;
}

const code = (names: readonly string[]): string =>
  names.length === 0 ? '—' : names.map((name) => `\`${name}\``).join(' ');

/** Ansible's arguments that are refused here: none of their names is known. */
function leftOut({ args, anyArguments }: Module, { options }: Documented): readonly string[] {
  if (anyArguments) return [];
  const ours = new Set(Object.entries(args).flatMap(([name, arg]) => [name, ...(arg.aliases ?? [])]));
  return Object.entries(options)
    .filter(
      ([name, { aliases = [] }]) => !/^free[_-]form$/.test(name) && ![name, ...aliases].some((one) => ours.has(one)),
    )
    .map(([name]) => name);
}

const judgedBy = (cases: readonly Case[], name: string): readonly string[] =>
  cases.filter((one) => one.judges.includes(name) && one.differs === undefined).map((one) => one.name);

/** The page `docs/ansible-compatibility.md`, from the modules, the keywords and the cases themselves. */
export async function compatibilityPage(): Promise<string> {
  const cases = readCases().flatMap((one) => ('fault' in one ? [] : [one]));
  const registry = bundledModules();
  const names = [...registry.names()].sort();
  const theirs = await documentation(names);
  const rows = names.flatMap((name) => {
    const module = registry.get(name);
    const known = theirs.get(name);
    if (!module) return [];
    const missing = known ? code(leftOut(module, known)) : 'Ansible 7 has none of that name';
    return [`| \`${known?.name ?? name}\` | ${missing} | ${judgedBy(cases, name).join(', ') || '—'} |`];
  });
  const differing = cases.filter(({ differs }) => differs !== undefined);
  return `# Compatibility with Ansible

Written by \`node scripts/compatibility.mjs\` from the modules, the keywords and the cases of \`test/system/ansible\`; the
tests fail when it is out of date. Each case is a playbook that ours and \`ansible-playbook\` (ansible-core 2.14) play on
twin hosts, twice: the recap, the state of the hosts afterwards and what a second run changes must be the same, and the
plan must have said what the run did. What only Ansible has, a real one can play itself, as a whole playbook:
[\`engine: ansible\`](moving-from-ansible.md#6-leave-a-playbook-with-ansible).

## Differences that remain

| what | why |
|---|---|
${[
  ...knownDifferences.map(({ what, why }) => `| ${what} | ${why} |`),
  ...differing.map(({ about, differs }) => `| ${about} | ${differs} |`),
].join('\n')}

## Modules

An argument that is left out is refused when the playbook is read, with its place.

| module | arguments left out | cases |
|---|---|---|
${rows.join('\n')}

## Keywords

- Plays: ${code(Object.keys(playKeywords).sort())}
- Blocks: ${code(Object.keys(blockKeywords).sort())}
- Tasks: ${code(Object.keys(taskKeywords).sort())} and \`with_…\`

## Cases

| case | about | judges |
|---|---|---|
${cases
  .filter(({ differs }) => differs === undefined)
  .map(({ name, about, judges }) => `| ${name} | ${about} | ${code(judges)} |`)
  .join('\n')}
`;
}
