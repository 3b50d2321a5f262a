import { afterEach, beforeEach, expect, test } from 'vitest';
import { Fault } from '#core/errors.ts';
import { type Lab, openLab } from '#test/runs/lab.ts';

/** A module of somebody's own: keeps what a file of the host holds. */
const note = `import type { Module } from 'quarterdeck/module';

export const module: Module<string, string> = {
  name: 'note',
  args: { text: { type: 'str', required: true } },
  prepare: ({ text }) => \`\${text}\\n\`,
  probe: () => 'cat note 2>/dev/null; true',
  read: ({ stdout }) => stdout,
  plan: (text, now) => ({
    result: { was: now },
    differences: now === text ? [] : [{ subject: 'note', aspect: 'content', before: now, after: text }],
  }),
  apply: (text, _now, _plan, quote) => ({ script: \`printf %s \${quote(text)} >note\` }),
  finish: (_text, now) => ({ result: { was: now }, changed: true }),
};
`;

let lab: Lab;
beforeEach(async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    '- hosts: all\n  gather_facts: false\n  tasks:\n    - note: { text: "it\'s {{ inventory_hostname }}" }\n',
  );
});
afterEach(() => lab.close());

const refusalOf = (): Promise<unknown> =>
  lab.plan().then(
    () => 'planned',
    (thrown: unknown) => (thrown instanceof Fault ? thrown.refusal : thrown),
  );

test.each(['library/note.ts', 'roles/web/library/note.ts'])(
  'a module in %s is planned, done once and seen',
  async (path) => {
    await lab.file(`playbooks/${path}`, note);
    const plan = await lab.plan();
    expect(plan.steps).toMatchObject([{ module: 'note', outcome: 'change', differences: [{ after: "it's a\n" }] }]);
    expect(Object.keys(plan.files)).toContain(path);
    expect((await lab.apply({ plan, request: plan.request })).steps).toEqual(['a 1.1: changed']);
    expect(await lab.read('a', 'note')).toBe("it's a\n");
    expect((await lab.run()).steps).toEqual(['a 1.1: ok']);
  },
);

test('a plan made before its module changed is not carried out; a new plan has the new module', async () => {
  await lab.file('playbooks/library/note.ts', note);
  const plan = await lab.plan();
  await lab.file('playbooks/library/note.ts', note.replace('`${text}\\n`', '`now ${text}\\n`'));
  const { outcome } = await lab.apply({ plan, request: plan.request });
  expect(outcome.state).toBe('drifted');
  expect(await lab.read('a', 'note')).toBeUndefined();
  expect((await lab.run()).outcome.state).toBe('done');
  expect(await lab.read('a', 'note')).toBe("now it's a\n");
});

test.each([
  ['one that is no program', 'this is', /^library\/note\.ts:1:1: it cannot be loaded: /],
  ['one that throws while it is loaded', 'null.x;', /it cannot be loaded: /],
  ['one without a module', 'export const other = 1;', /it exports no `module`/],
  ['one without a piece', note.replace(/ {2}plan[\s\S]*?\}\),\n/, ''), /`plan` of its module is missing or wrong/],
  ['one with another name', note.replace("name: 'note'", "name: 'notes'"), /its module is named “notes”/],
  ['one that imports', `import { readFile } from 'node:fs';\n${note}`, /it imports types only/],
  [
    'one that imports later',
    note.replace("'cat note", "(import('node:fs'), 'cat note").replace("true',", "true'),"),
    /types only/,
  ],
])('%s is refused with its file and why, and nothing is done', async (_what, source, why) => {
  await lab.file('playbooks/library/note.ts', source);
  expect(await refusalOf()).toMatchObject({ code: 'playbook.library', say: { en: expect.stringMatching(why) } });
});

test('nothing of a library is evaluated that the plan does not name, and no helper beside it can be had', async () => {
  await lab.file('playbooks/library/note.ts', note);
  const plan = await lab.plan();
  const trace = lab.path('a', 'evaluated');
  const writes = `process.getBuiltinModule('node:fs').writeFileSync(${JSON.stringify(trace)}, '');\n`;
  await lab.file('playbooks/library/later.js', writes);
  expect((await lab.apply({ plan, request: plan.request })).outcome).toMatchObject({
    state: 'drifted',
    refusal: { code: 'run.drifted', say: { en: expect.stringContaining('library/later.js changed') } },
  });
  expect(await lab.read('a', 'evaluated')).toBeUndefined();
  await lab.file('playbooks/library/later.js', `import type from '../helper.mjs';\n`);
  await lab.file('playbooks/helper.mjs', writes);
  expect(await refusalOf()).toMatchObject({ code: 'playbook.library' });
  await lab.file('playbooks/library/later.js', `export*from '../helper.mjs';\n`);
  expect(await refusalOf()).toMatchObject({ code: 'playbook.library' });
  expect(await lab.read('a', 'evaluated')).toBeUndefined();
});

test('all files that are wrong are told at once; other files are left alone', async () => {
  await lab.file('playbooks/library/README.md', 'ours');
  await lab.file('playbooks/library/note.ts', note);
  await lab.file('playbooks/library/copy.ts', note.replace("'note'", "'copy'"));
  await lab.file('playbooks/library/No-Name.js', '');
  const refusal = await refusalOf();
  expect(refusal).toMatchObject({
    code: 'playbook.library',
    details: { faults: [{ file: 'library/copy.ts' }, { file: 'library/No-Name.js' }] },
  });
  expect(JSON.stringify(refusal)).toContain('there is a module of that name already');
});

test('a module in Python is not run, and its task says so', async () => {
  await lab.file('playbooks/library/note.py', '#!/usr/bin/python');
  expect(JSON.stringify(await refusalOf())).toContain(
    '“note” is a module in Python (library/note.py), which is not run',
  );
});

test('a module that breaks is a step that broke', async () => {
  await lab.file('playbooks/library/note.ts', note.replace('result: { was: now },', 'result: null.x,'));
  await expect(lab.plan()).resolves.toMatchObject({ steps: [{ outcome: 'failed', refusal: { code: 'step.broken' } }] });
});
