import { chmod } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import type { Plan } from '#core/plan.ts';
import { inLanguage, type Language } from '#core/text.ts';
import { planText } from '#runs/text.ts';
import { type Lab, openLab, outcomesOf, resultOf } from '../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const play = (body: string): string => `- hosts: all\n  gather_facts: false\n${body}`;
const why = (plan: Plan, id: string, language: Language = 'en'): string =>
  inLanguage(plan.steps.find((step) => step.id === id)?.refusal?.say ?? '', language);

test('what depends on a command that would run is unknown, with the reason, and the run does it', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    play(`  tasks:
    - { name: Ask, shell: echo yes, register: out }
    - { name: Say, debug: { msg: "{{ out.stdout }}" } }
    - { name: Maybe, shell: touch maybe, when: out.stdout == 'yes', register: after }
    - { set_fact: { word: "{{ out.stdout }}", plain: p } }
    - { name: Each, shell: "touch {{ item }}", loop: "{{ out.stdout_lines }}" }
    - { name: Late, debug: { msg: "{{ word }}" } }
    - { name: Sure, debug: { msg: "{{ plain }}" } }
    - { name: Closed, shell: touch closed, when: [out.rc == 0, "plain == 'q'"] }
`),
  );
  const plan = await lab.plan();
  expect(outcomesOf(plan).map((line) => line.slice(2))).toEqual([
    '1.1: change',
    '1.2: unknown',
    '1.3: unknown',
    '1.4: unknown',
    '1.5: unknown',
    '1.6: unknown',
    '1.7: ok',
    '1.8: skip',
  ]);
  expect(why(plan, '1.2')).toBe('depends on what “Ask” gives');
  for (const id of ['1.2', '1.3', '1.4', '1.6']) expect(why(plan, id, 'fr')).toBe('dépend de ce que donne « Ask »');
  const ran = await lab.apply({ plan, request: plan.request });
  expect(ran.outcome.state).toBe('done');
  expect(await lab.read('a', 'maybe')).toBe('');
  expect(await lab.read('a', 'yes')).toBe('');
});

test('a command that says it never changes anything is no change, and its result still unknown', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    play(`  tasks:
    - { shell: cat x, changed_when: false, register: out }
    - { shell: touch y, when: out.stdout == '' }
    - { shell: echo z, changed_when: "'z' in out.stdout", register: out }
`),
  );
  expect(outcomesOf(await lab.plan())).toEqual(['a 1.1: ok', 'a 1.2: unknown', 'a 1.3: change']);
});

test('a change a task calls unchanged is planned as a change all the same', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(play('  tasks:\n    - { copy: { content: x, dest: f }, changed_when: false }\n'));
  expect(outcomesOf(await lab.plan())).toEqual(['a 1.1: change']);
});

test('what an earlier step would create is not missed by a later one', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    play(`  tasks:
    - { name: Folder, file: { path: app/releases/v1, state: directory } }
    - { name: Into, copy: { content: "v1\\n", dest: app/releases/v1/VERSION } }
    - { name: Link, file: { src: releases/v1, dest: app/current, state: link } }
    - { name: Through, stat: { path: app/current/VERSION }, register: st }
    - { name: Use, shell: touch there, when: st.stat.exists }
    - { name: Mode, file: { path: app/releases/v1/VERSION, mode: "0600" } }
    - { name: Apart, copy: { content: x, dest: elsewhere } }
`),
  );
  const plan = await lab.plan();
  const outcomes = Object.fromEntries(plan.steps.map((step) => [step.task, step.outcome]));
  expect(outcomes).toMatchObject({
    Folder: 'change',
    Through: 'unknown',
    Use: 'unknown',
    Mode: 'unknown',
    Apart: 'change',
  });
  expect(['change', 'unknown']).toContain(outcomes.Into);
  expect(plan.steps.some((step) => step.outcome === 'failed')).toBe(false);
  const ran = await lab.apply({ plan, request: plan.request });
  expect(ran.outcome.state).toBe('done');
  expect(await lab.read('a', 'app/current/VERSION')).toBe('v1\n');
  expect(await lab.read('a', 'there')).toBe('');
  const again = await lab.plan();
  expect(again.steps.filter((step) => step.outcome === 'unknown' || step.outcome === 'failed')).toEqual([]);
});

test('a step that would fail now, after a change, is unknown and says what would be wrong', async () => {
  lab = await openLab({ hosts: ['a', 'b'] });
  await lab.playbook(
    play(`  tasks:
    - { name: Make, shell: mkdir made }
    - { name: Enter, command: { cmd: pwd, chdir: made } }
`) + play('  tasks:\n    - { name: Alone, command: { cmd: pwd, chdir: nowhere }, tags: alone }\n'),
  );
  const plan = await lab.plan({ skipTags: ['alone'] });
  expect(outcomesOf(plan).slice(2)).toEqual(['a 1.2: unknown', 'b 1.2: unknown']);
  expect(why(plan, '1.2')).toMatch(/^now it would fail \(.*made.*\), but “Make” changes the host first$/);
  expect(why(plan, '1.2', 'fr')).toMatch(
    /^maintenant elle échouerait \(.*made.*\), mais « Make » change d’abord l’hôte$/,
  );
  expect(outcomesOf(await lab.plan({ tags: ['alone'] }))).toEqual(['a 2.1: failed', 'b 2.1: failed']);
});

test('a host whose plan fails is planned no further, and an ignored failure is passed over', async () => {
  lab = await openLab({ hosts: ['a', 'b'] });
  await lab.playbook(
    play(`  tasks:
    - { assert: { that: "inventory_hostname == 'a'" }, ignore_errors: true }
    - { assert: { that: "inventory_hostname == 'a'", fail_msg: only a } }
    - { shell: "true" }
`),
  );
  const plan = await lab.plan();
  expect(outcomesOf(plan)).toEqual(['a 1.1: ok', 'b 1.1: ok', 'a 1.2: ok', 'b 1.2: failed', 'a 1.3: change']);
  expect(JSON.stringify(plan.steps[3]?.refusal)).toContain('only a');
});

test('an unreachable host is planned as that, and the others are planned', async () => {
  lab = await openLab({ hosts: ['a', 'b'] });
  lab.ssh.unreachable('a');
  await lab.playbook(play('  tasks:\n    - { file: { path: x, state: touch } }\n    - { stat: { path: y } }\n'));
  expect(outcomesOf(await lab.plan())).toEqual(['a 1.1: unreachable', 'b 1.1: change', 'b 1.2: ok']);
});

test('handlers stand at the end of the plan: sure ones as they are, possible ones as unknown', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    play(`  tasks:
    - { name: Ask, shell: cat x, changed_when: false, register: out }
    - { name: Maybe, shell: "true", when: out.rc == 0, notify: Possible }
    - { name: Change, copy: { content: x, dest: f }, notify: Sure }
    - { name: Same, file: { path: ., state: directory }, notify: Unneeded }
  handlers:
    - { name: Sure, shell: echo sure }
    - { name: Unneeded, shell: echo unneeded }
    - { name: Possible, shell: echo possible }
`),
  );
  const plan = await lab.plan();
  expect(outcomesOf(plan).slice(4)).toEqual(['a 1.h1: change', 'a 1.h3: unknown']);
  expect(why(plan, '1.h3')).toBe('runs only if “Maybe” changes something');
  expect(planText(plan, { language: 'fr' })).toContain('=> ne s’exécute que si « Maybe » change quelque chose');
});

test('a long diff is cut, and the hash still covers all of it', async () => {
  lab = await openLab({ hosts: ['a'], limits: { diffBytes: 2000, valueBytes: 200 } });
  await lab.playbook(play('  tasks:\n    - copy: { dest: f, content: "{{ \'line\\n\' * 5000 }}{{ end }}\\n" }\n'));
  const [one, two] = [await lab.plan({ vars: { end: '1' } }), await lab.plan({ vars: { end: '2' } })];
  expect(JSON.stringify(one.steps).length).toBeLessThan(5000);
  expect(JSON.stringify(one.steps)).not.toBe(JSON.stringify(two.steps));
});

test('files that tasks read are part of the plan', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.file('playbooks/files/a.conf', 'one');
  await lab.file('playbooks/templates/b.j2', 'two {{ inventory_hostname }}');
  await lab.playbook(play('  tasks:\n    - copy: { src: a.conf, dest: a }\n    - template: { src: b.j2, dest: b }\n'));
  const plan = await lab.plan();
  expect(Object.keys(plan.files).sort()).toEqual(['files/a.conf', 'site.yml', 'templates/b.j2']);
  await lab.apply({ plan, request: plan.request });
  expect(await lab.read('a', 'b')).toBe('two a');
});

test('a file outside the folders that may be read is refused, by path and by link', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.file('outside/secret', 'secret');
  const { symlink } = await import('node:fs/promises');
  await lab.file('playbooks/files/x', '');
  await symlink(`${lab.folder}/outside/secret`, `${lab.folder}/playbooks/files/link`);
  await lab.playbook(
    play(`  tasks:
    - { copy: { src: ../outside/secret, dest: a }, ignore_errors: true }
    - { copy: { src: "{{ playbook_dir }}/../outside/secret", dest: a }, ignore_errors: true }
    - { copy: { src: link, dest: a }, ignore_errors: true }
    - { copy: { src: nowhere, dest: a }, ignore_errors: true }
`),
  );
  const plan = await lab.plan();
  expect(plan.steps.map((step) => step.refusal?.code)).toEqual([
    'step.file_outside',
    'step.file_outside',
    'step.file_outside',
    'step.no_file',
  ]);
});

test('secrets the bot knows are in no plan and no event, and still arrive on the host', async () => {
  lab = await openLab({ hosts: ['a'], redact: (text) => text.replaceAll('s3cret', '[redacted]') });
  await lab.playbook(
    play(`  tasks:
    - { name: "Put s3cret", copy: { content: "password=s3cret\\n", dest: f }, loop: [s3cret-item] }
    - { shell: "echo s3cret; echo s3cret >&2; exit 1", ignore_errors: true }
    - { assert: { that: "1 == 1", success_msg: s3cret } }
    - { assert: { that: "1 == 2", fail_msg: s3cret }, ignore_errors: true }
`),
  );
  const plan = await lab.plan();
  const ran = await lab.apply({ plan, request: plan.request });
  expect(JSON.stringify([plan, ran])).not.toContain('s3cret');
  expect(ran.outcome.state).toBe('done');
  expect(resultOf(ran, 'a', '1.2').redacted).toBe(true);
  expect(await lab.read('a', 'f')).toBe('password=s3cret\n');
});

test('what changes in a folder is in the plan also where its mode changes first', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    play(
      `  tasks:\n    - file: { path: dr, state: directory, mode: "0750" }\n    - copy: { dest: dr/f, content: "one\\n" }\n    - copy: { dest: dr/g, content: new }\n`,
    ),
  );
  await lab.file('hosts/a/dr/f', 'two\n');
  await chmod(lab.path('a', 'dr'), 0o755);
  const plan = await lab.plan();
  expect(outcomesOf(plan)).toEqual(['a 1.1: change', 'a 1.2: change', 'a 1.3: change']);
  expect(JSON.stringify(plan.steps[1]?.differences)).toContain('-two\\n+one');
  expect((await lab.apply({ plan, request: plan.request })).outcome.state).toBe('done');
});
