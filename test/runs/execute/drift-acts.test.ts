import { mkdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { inLanguage } from '#core/text.ts';
import { bundledModules } from '#playbook/modules/registry.ts';
import { type Lab, openLab, outcomesOf } from '../lab.ts';

let lab: Lab;
let server: Server | undefined;
afterEach(async () => {
  await lab.close();
  server?.close();
  server = undefined;
});

const play = (body: string): string => `- hosts: all\n  gather_facts: false\n  tasks:\n${body}`;

const open = async (more: Parameters<typeof openLab>[0] = {}): Promise<void> => {
  lab = await openLab({ hosts: ['a'], registry: bundledModules(), ...more });
};

/** Plans with these variables and applies the plan in another world: the files of the lab changed in between. */
async function drift(before: () => Promise<void>, between: () => Promise<void>) {
  await before();
  const plan = await lab.plan();
  await between();
  return { plan, ran: await lab.apply({ plan, request: plan.request }) };
}

const inventory = (vars: string) => `[web]\na ${vars}\n`;

/** Variables of the inventory stand for whatever a host may say differently the second time. */
const withVars = async (tasks: string, first: string, second: string) => {
  await open();
  await lab.playbook(play(tasks));
  return drift(
    () => lab.file('inventory.ini', inventory(first)),
    () => lab.file('inventory.ini', inventory(second)),
  );
};

const requests: { method: string; url: string; body: string; token: string }[] = [];

async function listen(): Promise<string> {
  requests.length = 0;
  const bodyOf = async (request: IncomingMessage): Promise<string> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  };
  server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const { method = '', url = '', headers } = request;
      requests.push({ method, url, body, token: String(headers['x-token'] ?? '') });
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a question to a web address is in the plan, changes nothing, and asks only what was planned', async () => {
  const url = await listen();
  const { plan, ran } = await withVars(`    - uri: { url: "${url}/{{ p }}" }\n`, 'p=one', 'p=two');
  expect(outcomesOf(plan)).toEqual(['a 1.1: ok']);
  expect(plan.steps[0]?.differences).toEqual([
    { subject: `GET ${url}/one`, aspect: 'asks', before: false, after: true, reads: true },
  ]);
  expect(ran.outcome.state).toBe('drifted');
  expect(requests).toEqual([]);
  await lab.file('inventory.ini', inventory('p=one'));
  const same = await lab.apply({ plan, request: plan.request });
  expect(same.outcome.state).toBe('done');
  expect(requests.map((one) => one.url)).toEqual(['/one']);
});

test('a question that was planned to be skipped is not asked when its condition has turned true', async () => {
  const url = await listen();
  const { plan, ran } = await withVars(`    - { uri: { url: "${url}/x" }, when: go == 'yes' }\n`, 'go=no', 'go=yes');
  expect(outcomesOf(plan)).toEqual(['a 1.1: skip']);
  expect(ran.outcome.state).toBe('drifted');
  expect(requests).toEqual([]);
});

test('a wait that was planned to be skipped is drift when its condition has turned true', async () => {
  const { ran } = await withVars(`    - { wait_for: { path: f, timeout: 1 }, when: go == 'yes' }\n`, 'go=no', 'go=yes');
  expect(ran.outcome.state).toBe('drifted');
});

test.each([
  ['the body', 'body=one', 'body=two'],
  ['a header', 'token=one', 'token=two'],
])('%s of a call is compared and not shown', async (_what, first, second) => {
  const url = await listen();
  const fixed = 'body=same token=same';
  const call = `    - uri: { url: "${url}/", method: POST, body: "{{ body }}", headers: { X-Token: "{{ token }}" } }\n`;
  const { plan, ran } = await withVars(call, `${fixed} ${first}`, `${fixed} ${second}`);
  expect(ran.outcome.state).toBe('drifted');
  expect(requests).toEqual([]);
  expect(JSON.stringify([plan, ran])).not.toMatch(/same|"one|"two/);
  await lab.file('inventory.ini', inventory(`${fixed} ${first}`));
  expect((await lab.apply({ plan, request: plan.request })).outcome.state).toBe('done');
  expect(requests).toHaveLength(1);
});

test.each([
  ['the input of a command', 'shell: { cmd: "cat > out", stdin: "{{ v }}" }', 'v=one', 'v=two'],
  ['the folder of a command', 'shell: { cmd: "touch here", chdir: "{{ v }}" }', 'v=one', 'v=two'],
  ['the words of a command', 'command: { argv: "{{ v }}" }', `v="['touch', 'a b']"`, `v="['touch', 'a', 'b']"`],
  ['the shell of a line', 'shell: { cmd: "touch out", executable: "{{ v }}" }', 'v=/bin/sh', 'v=/bin/bash'],
  ['a folder that is left out', 'shell: { cmd: "rm -rf *", chdir: "{{ v or omit }}" }', 'v=one', `v=""`],
  ['an input that is left out', 'shell: { cmd: "cat > out", stdin: "{{ v or omit }}" }', 'v=one', `v=""`],
])('%s is compared', async (_what, task, first, second) => {
  await open();
  await lab.file('hosts/a/one/kept', '');
  await lab.file('hosts/a/two/kept', '');
  await lab.playbook(play(`    - ${task}\n`));
  const { plan, ran } = await drift(
    () => lab.file('inventory.ini', inventory(first)),
    () => lab.file('inventory.ini', inventory(second)),
  );
  expect(outcomesOf(plan)).toEqual(['a 1.1: change']);
  expect(ran.outcome.state).toBe('drifted');
  for (const name of ['out', 'here', 'one/here', 'two/here', 'a', 'a b']) {
    expect(await lab.read('a', name)).toBeUndefined();
  }
  expect(await lab.read('a', 'one/kept')).toBe('');
  await lab.file('inventory.ini', inventory(first));
  expect((await lab.apply({ plan, request: plan.request })).outcome.state).toBe('done');
});

test('the plan shows where and with what input a command runs', async () => {
  await open();
  await mkdir(lab.path('a', 'one'), { recursive: true });
  await lab.playbook(play('    - command: { argv: [tee, "it\'s"], chdir: one, stdin: "hello" }\n'));
  const [step] = (await lab.plan()).steps;
  const subject = `command: tee 'it'\\''s'`;
  expect(step?.differences).toEqual([
    { subject, aspect: 'runs', before: false, after: true },
    { subject, aspect: 'chdir', before: null, after: './one', how: true },
    {
      subject,
      aspect: 'stdin',
      before: null,
      after: 'hello\n',
      diff: '--- /dev/null\n+++ stdin\n@@ -0,0 +1 @@\n+hello\n',
      how: true,
    },
  ]);
});

test('the same command twice is planned twice', async () => {
  await open();
  await lab.playbook(
    play('    - shell: { cmd: "cat >> out", stdin: x }\n    - shell: { cmd: "cat >> out", stdin: x }\n'),
  );
  const plan = await lab.plan();
  expect(outcomesOf(plan)).toEqual(['a 1.1: change', 'a 1.2: change']);
  expect((await lab.apply({ plan, request: plan.request })).outcome.state).toBe('done');
  expect(await readFile(lab.path('a', 'out'), 'utf8')).toBe('x\nx\n');
});

test('who a task becomes is in the plan and compared', async () => {
  await open();
  await lab.playbook(play('    - { copy: { content: x, dest: f }, become: true, become_user: "{{ who }}" }\n'));
  const { plan, ran } = await drift(
    () => lab.file('inventory.ini', inventory('who=daemon')),
    () => lab.file('inventory.ini', inventory('who=root')),
  );
  expect(plan.steps[0]?.differences).toContainEqual({
    subject: 'become',
    aspect: 'user',
    before: 'me',
    after: 'daemon',
    how: true,
  });
  expect(ran.outcome.state).toBe('drifted');
  await lab.file('inventory.ini', inventory('who=me'));
  const fallen = await lab.apply({ plan, request: plan.request });
  expect(fallen.outcome.state).toBe('drifted');
  expect(await lab.read('a', 'f')).toBeUndefined();
});

test('what no_log hides is compared', async () => {
  const task = '    - { copy: { content: "{{ v }}", dest: f }, no_log: true }\n';
  const { plan, ran } = await withVars(task, 'v=first-secret', 'v=other-secret');
  expect(ran.outcome.state).toBe('drifted');
  expect(JSON.stringify([plan, ran])).not.toMatch(/first-secret|other-secret/);
  expect(await lab.read('a', 'f')).toBeUndefined();
  await lab.file('inventory.ini', inventory('v=first-secret'));
  expect((await lab.apply({ plan, request: plan.request })).outcome.state).toBe('done');
});

test('what is redacted is compared', async () => {
  await open({ redact: (text) => text.replaceAll(/secret-\d/g, '[redacted]') });
  await lab.playbook(play('    - command: touch {{ v }}\n'));
  const { plan, ran } = await drift(
    () => lab.file('inventory.ini', inventory('v=secret-1')),
    () => lab.file('inventory.ini', inventory('v=secret-2')),
  );
  expect(plan.steps[0]?.differences[0]?.subject).toBe('command: touch [redacted]');
  expect(ran.outcome.state).toBe('drifted');
  expect(await lab.read('a', 'secret-2')).toBeUndefined();
  expect(JSON.stringify([plan, ran])).not.toMatch(/secret-\d/);
});

test('the checksum of a content with a secret in it is not in the plan', async () => {
  await open({ redact: (text) => text.replaceAll(/secret-\d/g, '[redacted]') });
  await lab.playbook(play('    - copy: { content: "secret-1", dest: f }\n    - copy: { content: "plain", dest: g }\n'));
  const [hides, shows] = (await lab.plan()).steps;
  expect(JSON.stringify(hides?.differences.map(({ seal: _seal, ...rest }) => rest))).not.toMatch(/[0-9a-f]{40}/);
  expect(JSON.stringify(shows?.differences)).toMatch(/sha\d+:[0-9a-f]{40}/);
  const plan = await lab.plan();
  expect((await lab.apply({ plan, request: plan.request })).outcome.state).toBe('done');
});

test('a hidden value can be compared by whoever has the key, and by nobody else', async () => {
  await open({ digestKey: 'one' });
  await lab.playbook(play('    - { copy: { content: s3cret, dest: f }, no_log: true }\n'));
  const plan = await lab.plan();
  const other = await openLab({ hosts: ['a'], registry: bundledModules(), folder: lab.folder, digestKey: 'two' });
  const refused = await other.apply({ plan, request: plan.request });
  await other.close();
  expect(refused.outcome.state).toBe('drifted');
  expect(inLanguage(refused.outcome.refusal?.say ?? '', 'en')).toMatch(/made with another key/);
  const again = await openLab({ hosts: ['a'], registry: bundledModules(), folder: lab.folder, digestKey: 'one' });
  const done = await again.apply({ plan, request: plan.request });
  await again.close();
  expect(done.outcome.state).toBe('done');
});

test('a command that was planned to be skipped does not run when its condition has turned true', async () => {
  const { plan, ran } = await withVars(`    - { command: touch out, when: go == 'yes' }\n`, 'go=no', 'go=yes');
  expect(outcomesOf(plan)).toEqual(['a 1.1: skip']);
  expect(ran.outcome.state).toBe('drifted');
  expect(await lab.read('a', 'out')).toBeUndefined();
});

test('what a module prints for itself is no live output', async () => {
  const output: string[] = [];
  await open({ onEvent: (event) => void (event.kind === 'output' && output.push(event.text)) });
  await lab.playbook(
    play('    - { wait_for: { path: f, timeout: 1 }, ignore_errors: true }\n    - shell: echo words\n'),
  );
  await lab.run();
  expect(output.join('')).toBe('words\n');
});
