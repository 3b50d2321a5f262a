import { afterEach, expect, test } from 'vitest';
import { createRedactor } from '#audit/redact.ts';
import { createSealing } from '#audit/sealing.ts';
import { type Lab, openLab } from '../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

const secret = 'hunter2-hunter2';
const vars = { api_key: secret };
const open = (secrets: readonly string[], folder?: string): Promise<Lab> => {
  const redactor = createRedactor(secrets);
  return openLab({
    hosts: ['a'],
    redact: (text) => redactor.text(text),
    sealing: createSealing(secrets, 'key'),
    digestKey: 'key',
    ...(folder === undefined ? {} : { folder }),
  });
};
const playbook = `- hosts: all
  gather_facts: false
  tasks:
    - { copy: { content: "key={{ api_key }}\\n", dest: f } }
`;

test('a plan holds no secret of its request, and its run has it', async () => {
  lab = await open([secret]);
  await lab.playbook(playbook);
  const plan = await lab.plan({ vars });
  expect(JSON.stringify(plan)).not.toContain(secret);
  const ran = await lab.apply({ plan, request: plan.request });
  expect(ran.outcome.state).toBe('done');
  expect(JSON.stringify(ran)).not.toContain(secret);
  expect(await lab.read('a', 'f')).toBe(`key=${secret}\n`);
});

test('a run whose secret is no longer there is refused before anything is done', async () => {
  lab = await open([secret]);
  await lab.playbook(playbook);
  const plan = await lab.plan({ vars });
  const later = await open(['another-secret'], lab.folder);
  const ran = await later.apply({ plan, request: plan.request });
  await later.close();
  expect(ran.outcome).toMatchObject({ state: 'failed', refusal: { code: 'run.secret_gone' } });
  expect(await lab.read('a', 'f')).toBeUndefined();
});

test('without a plan the variables are as given, whatever they look like', async () => {
  lab = await open([secret]);
  await lab.playbook(playbook);
  await lab.plan({ vars });
  await lab.apply({
    request: { playbook: 'site.yml', vars: { api_key: '[secret:~]' }, chosen: ['api_key'], locks: [] },
  });
  expect(await lab.read('a', 'f')).toBe('key=[secret:~]\n');
});
