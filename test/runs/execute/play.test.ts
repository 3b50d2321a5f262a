import { afterEach, expect, test } from 'vitest';
import { inLanguage } from '#core/text.ts';
import { type Lab, openLab, outcomesOf, resultOf } from '../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const play = (body: string): string => `- hosts: all\n  gather_facts: false\n${body}`;

test('what is planned is done, and a second plan has nothing to do', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(play('  tasks:\n    - file: { path: app/conf, state: directory, mode: "0750" }\n'));
  expect(outcomesOf(await lab.plan())).toEqual(['a 1.1: change']);
  const ran = await lab.run();
  expect(ran.outcome).toMatchObject({ state: 'done', recap: { a: { ok: 1, changed: 1, failed: 0 } } });
  const again = await lab.plan();
  expect(outcomesOf(again)).toEqual(['a 1.1: ok']);
  expect(again.steps[0]?.differences).toEqual([]);
});

test('planning changes nothing on any host', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(play('  tasks:\n    - shell: touch made\n    - file: { path: made2, state: touch }\n'));
  await lab.plan();
  expect(await lab.read('a', 'made')).toBeUndefined();
  expect(await lab.read('a', 'made2')).toBeUndefined();
  expect(await lab.read('a', '.quarterdeck')).toBeUndefined();
});

test('the same plan has the same hash, another variable another', async () => {
  lab = await openLab();
  await lab.playbook(play('  tasks:\n    - shell: echo {{ word | default("x") | quote }}\n'));
  const [one, two, other] = [await lab.plan(), await lab.plan(), await lab.plan({ vars: { word: 'y' } })];
  expect(one.hash).toBe(two.hash);
  expect(other.hash).not.toBe(one.hash);
});

test('tasks go one after the other over all hosts', async () => {
  lab = await openLab({ hosts: ['a', 'b', 'c'] });
  const shared = '"$HOME/../order"';
  await lab.playbook(
    play(
      `  tasks:\n    - shell: '[ {{ inventory_hostname }} = a ] && sleep 0.5; echo one >>${shared}'\n    - shell: echo two >>${shared}\n`,
    ),
  );
  await lab.run();
  expect((await lab.read('.', 'order'))?.trim().split('\n')).toEqual(['one', 'one', 'one', 'two', 'two', 'two']);
});

test('hosts of one task go at the same time', async () => {
  lab = await openLab({ hosts: Array.from({ length: 20 }, (_, index) => `h${index}`) });
  await lab.playbook(play('  tasks:\n    - shell: sleep 3\n'));
  const began = Date.now();
  expect((await lab.run()).outcome.state).toBe('done');
  expect(Date.now() - began).toBeLessThan(45_000);
});

test('a failed host leaves the play, the others go on', async () => {
  lab = await openLab({ hosts: ['a', 'b'] });
  await lab.playbook(
    play(
      "  tasks:\n    - shell: '[ {{ inventory_hostname }} = b ] || { echo broken >&2; exit 3; }'\n    - shell: touch on\n",
    ) + play('  tasks:\n    - shell: touch second\n'),
  );
  const { outcome, steps } = await lab.run();
  expect(steps).toEqual(['a 1.1: failed', 'b 1.1: changed', 'b 1.2: changed', 'b 2.1: changed']);
  expect(outcome).toMatchObject({
    state: 'failed',
    refusal: { code: 'run.hosts_failed' },
    recap: { a: { failed: 1, ok: 0 }, b: { ok: 3, failed: 0 } },
  });
  expect(await lab.read('a', 'on')).toBeUndefined();
});

test('the reason of a failure holds what the host said last', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(play('  tasks:\n    - shell: echo first >&2; echo no space left >&2; exit 2\n'));
  const ran = await lab.run();
  const failed = ran.events.findLast((event) => event.kind === 'step');
  expect(failed).toMatchObject({
    step: { refusal: { code: 'step.failed', say: 'non-zero return code: no space left' } },
  });
  expect(resultOf(ran, 'a', '1.1')).toMatchObject({ rc: 2, failed: true });
});

test('handlers run once at the end, in the order they are defined, only where something changed', async () => {
  lab = await openLab({ hosts: ['a', 'b'] });
  await lab.file('hosts/b/x', '');
  await lab.playbook(
    play(`  tasks:
    - file: { path: x, state: touch, modification_time: preserve, access_time: preserve }
      notify: [Second, First]
    - shell: echo two
      notify: Second
      when: inventory_hostname == 'a'
    - shell: echo task >>log
      changed_when: false
  handlers:
    - name: First
      shell: echo first >>log
    - name: Second
      shell: echo second >>log
    - name: Never
      shell: echo never >>log
`),
  );
  const { steps } = await lab.run();
  expect(await lab.read('a', 'log')).toBe('task\nfirst\nsecond\n');
  expect(await lab.read('b', 'log')).toBe('task\n');
  expect(steps.filter((step) => step.includes('1.h'))).toEqual(['a 1.h1: changed', 'a 1.h2: changed']);
});

test('handlers listen to topics, and a handler may notify another', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    play(`  tasks:
    - shell: 'true'
      notify: restart all
  handlers:
    - name: Late
      shell: echo late >>log
    - name: One
      shell: echo one >>log
      listen: restart all
      notify: Late
    - name: Two
      shell: echo two >>log
      listen: [restart all, other]
`),
  );
  await lab.run();
  expect(await lab.read('a', 'log')).toBe('one\ntwo\nlate\n');
});

test('handlers do not run on a host that failed after it notified them', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    play(`  tasks:
    - shell: 'true'
      notify: Restart
    - shell: 'false'
  handlers:
    - name: Restart
      shell: touch restarted
`),
  );
  expect((await lab.run()).outcome.state).toBe('failed');
  expect(await lab.read('a', 'restarted')).toBeUndefined();
});

test('a notice made by a template that no handler answers to stops the run with its place', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    play(
      "  tasks:\n    - shell: 'true'\n      notify: '{{ who }}'\n    - shell: touch on\n  handlers:\n    - name: Restart\n      shell: 'true'\n",
    ),
  );
  await expect(lab.plan({ vars: { who: 'Restrat' } })).rejects.toMatchObject({
    refusal: { code: 'playbook.no_handler' },
  });
  const { outcome } = await lab.apply({ request: { playbook: 'site.yml', vars: { who: 'Restrat' }, locks: [] } });
  expect(outcome).toMatchObject({ state: 'failed', refusal: { code: 'playbook.no_handler' } });
  expect(await lab.read('a', 'on')).toBeUndefined();
});

test('conditions, registered results, facts and variables go from task to task', async () => {
  lab = await openLab({ hosts: ['a'], inventory: '[all:vars]\nword=inventory\n[g]\na own=host\n' });
  await lab.playbook(
    play(`  vars_prompt: [{ name: typed, unsafe: true }]
  vars: { word: play, twice: "{{ word }}{{ word }}" }
  tasks:
    - shell: echo {{ twice }} {{ own }} {{ typed | quote }}
      register: said
    - set_fact: { known: "{{ said.stdout_lines[0] }}" }
    - shell: echo {{ known | quote }} >file
      when: [said.rc == 0, "'host' in known"]
    - shell: touch never
      when: said.rc != 0
    - shell: echo {{ word }} >word
      vars: { word: task }
`),
  );
  const { outcome, steps } = await lab.run({ vars: { typed: '{{ word }}' } });
  expect(await lab.read('a', 'file')).toBe('playplay host {{ word }}\n');
  expect(await lab.read('a', 'word')).toBe('task\n');
  expect(steps).toContain('a 1.4: skipped');
  expect(outcome.recap.a).toMatchObject({ ok: 4, changed: 3, skipped: 1 });
});

test('a loop runs item by item, goes on after a failed one, and registers all results', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    play(`  tasks:
    - shell: echo {{ thing.name }} >>log; [ {{ thing.name }} != two ]
      loop: [{ name: one }, { name: two }, { name: three }]
      loop_control: { loop_var: thing }
      when: thing.name != 'three'
      register: all
      ignore_errors: true
    - debug: { msg: "{{ all.results | map(attribute='rc') | select('defined') | list }} {{ all.failed }} {{ all.results[2].skipped }}" }
    - shell: touch empty
      loop: []
`),
  );
  const ran = await lab.run();
  expect(ran.steps).toEqual([
    'a 1.1[0]: changed',
    'a 1.1[1]: ignored',
    'a 1.1[2]: skipped',
    'a 1.2: ok',
    'a 1.3: skipped',
  ]);
  expect(resultOf(ran, 'a', '1.2').msg).toBe('[0, 1] True True');
  expect(ran.outcome.recap.a).toMatchObject({ ok: 2, changed: 1, ignored: 1, skipped: 1, failed: 0 });
});

test('a task is tried until it is as wanted', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    play(`  tasks:
    - shell: echo x >>tries; wc -l <tries
      register: out
      until: out.stdout | int >= 3
      retries: 5
      delay: 0
    - shell: echo x >>more; exit 1
      register: out
      until: out is succeeded
      retries: 2
      delay: 0
      ignore_errors: true
`),
  );
  const ran = await lab.run();
  expect(await lab.read('a', 'tries')).toBe('x\nx\nx\n');
  expect(resultOf(ran, 'a', '1.1')).toMatchObject({ attempts: 3, failed: false });
  expect(await lab.read('a', 'more')).toBe('x\nx\nx\n');
  expect(ran.steps).toEqual(['a 1.1: changed', 'a 1.2: ignored']);
});

test('changed_when and failed_when decide', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    play(`  tasks:
    - shell: echo same
      register: out
      changed_when: "'new' in out.stdout"
    - shell: exit 4
      register: out
      failed_when: out.rc not in [0, 4]
    - shell: echo ERROR
      register: out
      failed_when: ["'ERROR' in out.stdout", out.rc == 0]
`),
  );
  const ran = await lab.run();
  expect(ran.steps).toEqual(['a 1.1: ok', 'a 1.2: changed', 'a 1.3: failed']);
  expect(resultOf(ran, 'a', '1.3')).toMatchObject({ failed: true, failed_when_result: true });
});

test('tags choose the tasks, handlers run all the same', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    play(`  tasks:
    - { shell: echo one >>log, tags: one, notify: H }
    - { shell: echo two >>log, tags: two }
    - { shell: echo always >>log, tags: always }
    - { shell: echo never >>log, tags: [never, danger] }
  handlers:
    - { name: H, shell: echo handler >>log }
`),
  );
  await lab.run({ tags: ['one'] });
  expect(await lab.read('a', 'log')).toBe('one\nalways\nhandler\n');
  await lab.run({ tags: ['danger'], skipTags: ['always'] });
  expect(await lab.read('a', 'log')).toBe('one\nalways\nhandler\nnever\n');
});

test('no_log hides values everywhere, and the value still arrives', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    play(`  tasks:
    - shell: printf %s s3cret-word >file; echo s3cret-word
      no_log: true
      register: out
    - shell: echo {{ out.stdout | length }} >length
    - copy: { content: s3cret-word, dest: copied }
      no_log: true
    - shell: echo s3cret-word; exit 1
      no_log: true
`),
  );
  const plan = await lab.plan();
  const ran = await lab.run();
  expect(JSON.stringify([plan, ran])).not.toContain('s3cret');
  expect(await lab.read('a', 'copied')).toBe('s3cret-word');
  expect(await lab.read('a', 'length')).toBe('11\n');
  expect(ran.steps.at(-1)).toBe('a 1.4: failed');
});

test('what was typed is never a template and never a shell word', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    play(
      '  vars_prompt: [{ name: word, unsafe: true }]\n  tasks:\n    - command: { argv: [printf, "%s", "{{ word }}"] }\n      register: out\n    - copy: { dest: "{{ word | hash(\'md5\') }}", content: "{{ word }}" }\n',
    ),
  );
  const word = '$(touch pwned) `touch pwned` {{ 7 * 7 }} {% raw %} \' " \\ \n; touch pwned';
  const ran = await lab.run({ vars: { word } });
  expect(resultOf(ran, 'a', '1.1').stdout).toBe(word);
  expect(await lab.read('a', 'pwned')).toBeUndefined();
});

test('without any host left the order is refused, and so is an unknown one', async () => {
  lab = await openLab({ hosts: ['a', 'b'], inventory: '[web]\na\n[db]\nb\n' });
  await lab.playbook('- hosts: web\n  gather_facts: false\n  tasks:\n    - shell: "true"\n');
  await expect(lab.plan({ limit: 'db' })).rejects.toMatchObject({ refusal: { code: 'run.no_hosts' } });
  await expect(lab.plan({ limit: 'nowhere' })).rejects.toMatchObject({ refusal: { code: expect.any(String) } });
  await expect(lab.plan({ playbook: '../../etc/passwd' })).rejects.toMatchObject({
    refusal: { code: 'playbook.outside' },
  });
  expect((await lab.plan({ limit: 'a' })).hosts).toEqual(['a']);
});

test('where no host is left, those of the playbook are named, of which the asker may use the playbook', async () => {
  const web = Array.from({ length: 9 }, (_, at) => `web-${at + 1}`);
  lab = await openLab({ hosts: [...web, 'db-1'], inventory: `[web]\n${web.join('\n')}\n[db]\ndb-1\n` });
  await lab.playbook('- hosts: web\n  gather_facts: false\n  tasks:\n    - shell: "true"\n');
  const next = async (within?: readonly string[]) => {
    const request = { playbook: 'site.yml', vars: {}, locks: [], limit: 'db-1' };
    const job = { key: 'plan', request, ...(within ? { within } : {}) };
    const planned = await lab.executor.plan(job, new AbortController().signal);
    const said = planned.ok ? undefined : planned.refusal;
    expect(said?.code).toBe('run.no_hosts');
    expect(JSON.stringify(said?.details ?? {})).not.toContain('web');
    return ['en', 'fr'].map((language) => inLanguage(said?.next ?? '', language as 'en' | 'fr'));
  };
  expect(await next(['web-2', 'db-1', 'web-1'])).toEqual([
    'Name hosts this playbook is made for: web-1, web-2.',
    'Nommez des hôtes pour lesquels ce playbook est fait : web-1, web-2.',
  ]);
  const none = ['Name hosts this playbook is made for.', 'Nommez des hôtes pour lesquels ce playbook est fait.'];
  expect(await next(['db-1'])).toEqual(none);
  expect(await next([])).toEqual(none);
  expect(await next()).toEqual([
    'Name hosts this playbook is made for: web-1, web-2, web-3, web-4, web-5 and 4 more.',
    'Nommez des hôtes pour lesquels ce playbook est fait : web-1, web-2, web-3, web-4, web-5 et 4 de plus.',
  ]);
});

test('an undefined variable fails the task with its place', async () => {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(play('  tasks:\n    - shell: echo {{ nowhere }}\n'));
  const plan = await lab.plan();
  expect(plan.steps[0]).toMatchObject({ outcome: 'failed', refusal: { code: 'template.undefined' } });
  expect(JSON.stringify(plan.steps[0]?.refusal)).toContain('site.yml:4');
});
