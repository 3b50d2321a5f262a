import { execFile } from 'node:child_process';
import { chmod, mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { inLanguage } from '#core/text.ts';
import { planCard } from '#runs/cards/plan-card.ts';
import { type Lab, openLab } from '../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const ask = '    - { shell: echo a, register: r }\n';
const play = (tasks: string): string => `- hosts: a\n  gather_facts: false\n  tasks:\n${ask}${tasks}`;
const late = '    - { shell: "echo late >late", when: r.stdout == "a" }\n';
const copied = (src: string): string => `    - { copy: { src: ${src}, dest: there } }\n`;
const copiedLate = (src: string): string => `    - { copy: { src: ${src}, dest: there }, when: r.stdout == "a" }\n`;

async function laid(files: Readonly<Record<string, string>>, tasks: string): Promise<void> {
  lab = await openLab({ hosts: ['a'] });
  for (const [path, text] of Object.entries(files)) await lab.file(`playbooks/${path}`, text);
  await lab.playbook(play(tasks));
}

async function applied(then: () => Promise<unknown> = async () => undefined) {
  const plan = await lab.plan();
  expect(plan.mayUse).toBeDefined();
  await then();
  const { outcome } = await lab.apply({ plan, request: plan.request });
  const { say, next } = outcome.refusal ?? {};
  return { state: outcome.state, say: say && inLanguage(say, 'en'), next: next && inLanguage(next, 'en') };
}

const done = { state: 'done', say: undefined, next: undefined };
const app = { 'app/.git/HEAD': 'one', 'app/code': 'code' };
const modules = { 'app/node_modules/x/index.js': 'x', 'app/code': 'code' };

/** More files than a plan holds. */
async function crowd(folder: string): Promise<void> {
  const cwd = join(lab.folder, 'playbooks', folder);
  await mkdir(cwd, { recursive: true });
  await promisify(execFile)('sh', ['-c', 'seq 20001 | xargs touch'], { cwd });
}

test.each([
  ['a folder with versions', app, 'app/', 'there/.git/HEAD'],
  ['a folder with modules', modules, 'app/', 'there/node_modules/x/index.js'],
  ['a file of the versions of the playbooks', { '.git/HEAD': 'one' }, '.git/HEAD', 'there'],
])('%s is copied beside an undecided step', async (_, files, src, there) => {
  await laid(files, `${copied(src)}${late}`);
  expect(await applied()).toEqual(done);
  expect(await lab.read('a', there)).toBeDefined();
});

test('links and empty folders of what was left out are copied as they were planned', async () => {
  await laid(modules, `    - { synchronize: { src: app/, dest: there } }\n${late}`);
  await mkdir(join(lab.folder, 'playbooks/app/node_modules/empty'));
  await symlink('x', join(lab.folder, 'playbooks/app/node_modules/y'));
  expect(await applied()).toEqual(done);
});

test('a folder beside the playbooks is copied beside an undecided step, where one around both may be read', async () => {
  lab = await openLab({ hosts: ['a'], readable: ['.'] });
  await lab.file('beside/code', 'code');
  await mkdir(join(lab.folder, 'beside/empty'));
  await lab.playbook(play(`${copied(`${lab.folder}/beside/`)}${late}`));
  expect(await applied()).toEqual(done);
  expect(await lab.read('a', 'there/code')).toBe('code');
});

test('an undecided step copies a folder with versions, unless they changed', async () => {
  await laid(app, copiedLate('app/'));
  expect(await applied()).toEqual(done);
  expect(await lab.read('a', 'there/.git/HEAD')).toBe('one');
  expect(await applied(() => lab.file('playbooks/app/.git/HEAD', 'two'))).toMatchObject({
    state: 'drifted',
    say: 'app/.git/HEAD changed since the plan was made; the run stopped there.',
  });
});

test.each([
  ['node_modules', {}],
  ['__pycache__', {}],
  ['env', { 'app/env/pyvenv.cfg': '' }],
])('what a plan leaves out of %s no undecided step uses, and why is said', async (name, more) => {
  await laid({ [`app/${name}/x`]: 'x', ...more }, copiedLate(`app/${name}/x`));
  expect(await applied()).toEqual({
    state: 'drifted',
    say: `A plan holds nothing of app/${name}, so nobody knows whether app/${name}/x changed since it was made; the run stopped there.`,
    next: `Take what the playbook uses out of app/${name}, then give the order again.`,
  });
  expect(await lab.read('a', 'there')).toBeUndefined();
});

test('names in what was left out are not used either', async () => {
  await laid(
    modules,
    `    - { shell: "echo {{ lookup('fileglob', 'app/node_modules/x/*') }} >late", when: r.stdout == "a" }\n`,
  );
  expect((await applied()).state).toBe('drifted');
  expect(await lab.read('a', 'late')).toBeUndefined();
});

test('the mode of what was left out is as it was planned', async () => {
  const file = 'app/node_modules/x/index.js';
  await laid(
    modules,
    `    - { copy: { src: ${file}, dest: one } }
    - { copy: { src: ${file}, dest: there, mode: preserve }, when: r.stdout == "a" }
`,
  );
  expect((await applied(() => chmod(join(lab.folder, 'playbooks', file), 0o4755))).state).toBe('drifted');
  expect(await lab.read('a', 'there')).toBeUndefined();
});

test('a role that is called venv is one', async () => {
  await laid(
    { 'roles/venv/tasks/main.yml': '- copy: { src: t, dest: there }\n', 'roles/venv/files/t': 't' },
    '    - { include_role: { name: venv }, when: r.stdout == "a" }\n',
  );
  expect(await applied()).toEqual(done);
});

test('many files of what is no playbook leave a plan as it is', async () => {
  await laid({ 'deep/er/th/an/t': 't' }, copiedLate('deep/er/th/an/t'));
  await crowd('node_modules');
  expect(await applied()).toEqual(done);
}, 60_000);

test('of more files than a plan holds, those that it was made from may be used; the card says what to do', async () => {
  await laid({ 'z/z/z/t': 't', 'z/z/z/u': 'u' }, `${copied('z/z/z/t')}${copiedLate('z/z/z/t')}`);
  await crowd('many');
  const said = JSON.stringify(planCard(await lab.plan(), { en: 'site', fr: 'site' }));
  expect(said).toContain('take what is no playbook out of many');
  expect(await applied()).toEqual(done);
  await lab.playbook(play('    - { shell: "echo {{ x }} >late", when: r.stdout == "a" }\n'));
  await lab.file('group_vars/web.yml', 'x: 1\n');
  expect(await applied(() => lab.file('group_vars/web.yml', 'x: 2\n'))).toMatchObject({
    say: 'a: x changed since the plan was made; the run stopped there.',
  });
  await lab.playbook(play(copiedLate('z/z/z/u')));
  expect(await applied()).toEqual({
    state: 'drifted',
    say: 'There are more than 20000 files around the playbooks, so nobody knows whether files/z/z/z/u changed since the plan was made; the run stopped there.',
    next: 'Take what is no playbook out of many, then give the order again.',
  });
}, 60_000);

test('what went from a folder that a plan leaves out is not passed over for another file', async () => {
  const file = 'app/node_modules/a';
  await laid(
    { [file]: 'a', 'app/b': 'b' },
    `    - { copy: { src: "{{ lookup('first_found', ['${file}', 'app/b']) }}", dest: there }, when: r.stdout == "a" }\n`,
  );
  expect((await applied(() => rm(join(lab.folder, 'playbooks', file)))).state).toBe('drifted');
  expect(await lab.read('a', 'there')).toBeUndefined();
});

test('what was looked for there in vain when the plan was made may be looked for again', async () => {
  const found = `"{{ lookup('first_found', ['app/node_modules/a', 'app/b']) }}"`;
  await laid(
    { 'app/node_modules/other': 'x', 'app/b': 'b' },
    `    - { copy: { src: ${found}, dest: one } }\n    - { copy: { src: ${found}, dest: there }, when: r.stdout == "a" }\n`,
  );
  expect(await applied()).toEqual(done);
  expect(await lab.read('a', 'there')).toBe('b');
});

const synchronized = (src: string): string => `    - { synchronize: { src: ${src}, dest: there, delete: true }`;
const lateSync = (src: string): string => `${synchronized(src)}, when: r.stdout == "a" }\n`;
const emptied = (): Promise<void> => rm(join(lab.folder, 'playbooks/app/node_modules/x'), { recursive: true });

test.each([
  ['is synchronized', lateSync('app/node_modules/')],
  ['is in one that is synchronized', lateSync('app/')],
  ['is copied', copiedLate('app/node_modules/')],
  ['is in one that is copied', copiedLate('app/')],
  ['is searched', `    - { shell: "echo {{ q('fileglob', 'app/node_modules/*') }} >there", when: r.stdout == "a" }\n`],
  ['holds also a file that is copied', `${copied('app/node_modules/kept')}${lateSync('app/node_modules/')}`],
])('a folder that a plan leaves out, and that was emptied, stops the run: it %s', async (_, tasks) => {
  await laid({ ...modules, 'app/node_modules/kept': 'kept' }, tasks);
  await lab.file('hosts/a/there/precious', 'precious');
  const { state, say } = await applied(emptied);
  expect([state, say]).toEqual(['drifted', expect.stringContaining('A plan holds nothing of app/node_modules')]);
  expect(await lab.read('a', 'there/precious')).toBe('precious');
});

test('a folder whose name alone was listed was not gone through', async () => {
  const globbed = `    - { shell: "echo {{ q('fileglob', 'app/node_modules/*') }}" }\n`;
  await laid(modules, `${globbed}${lateSync('app/node_modules/x/')}`);
  const file = join(lab.folder, 'playbooks/app/node_modules/x/index.js');
  expect((await applied(() => rm(file))).state).toBe('drifted');
});

test('a folder that a plan leaves out is synchronized again as it was planned, also where it is empty', async () => {
  await laid(modules, `${synchronized('app/')} }\n${lateSync('app/')}`);
  await mkdir(join(lab.folder, 'playbooks/app/node_modules/empty'));
  expect(await applied()).toEqual(done);
  await laid({ ...modules, 'app/node_modules/x/more.js': 'more' }, `${synchronized('app/')} }\n${lateSync('app/')}`);
  expect((await applied(emptied)).state).toBe('drifted');
});

test('a folder of variables beside what a plan leaves out is read', async () => {
  await laid(
    { 'v/1.yml': 'y: 1\n', 'v/__pycache__/x.pyc': 'x' },
    '    - { include_vars: { dir: v }, when: r.stdout == "a" }\n',
  );
  expect(await applied()).toEqual(done);
});

test('of more files than a plan holds, a folder that nobody went through is not used, whatever went from it', async () => {
  await laid({ 'z/z/z/t': 't', 'z/z/y/u': 'u' }, lateSync('z/'));
  await crowd('many');
  const gone = () => rm(join(lab.folder, 'playbooks/z/z'), { recursive: true });
  expect(await applied(gone)).toMatchObject({
    state: 'drifted',
    next: 'Take what is no playbook out of many, then give the order again.',
  });
}, 60_000);
