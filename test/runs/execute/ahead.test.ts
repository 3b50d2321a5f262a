import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import type { Module } from '#playbook/modules/module.ts';
import { bundledModules, createRegistry } from '#playbook/modules/registry.ts';
import { createAnswers, createCalm, together } from '#runs/execute/ahead.ts';
import { quote } from '#ssh/quote.ts';
import { type Lab, openLab, type Ran } from '../lab.ts';

let lab: Lab;
afterEach(() => lab?.close());

/** Says in which shell it was asked, and what a file holds; each asking leaves a line in `asked`. */
const look: Module<{ readonly path: string }, { readonly shell: string; readonly holds: string }> = {
  name: 'look',
  quick: true,
  args: { path: { type: 'path', required: true } },
  prepare: (args) => ({ path: String(args.path) }),
  probe: ({ path }, q) => `echo ${q(path)} >> asked; printf '%s\\n' "$$"; cat ${q(path)} 2>/dev/null`,
  read: ({ stdout }) => {
    const [shell = '', ...rest] = stdout.split('\n');
    return { shell, holds: rest.join('\n').trim() };
  },
  plan: (_args, state) => ({ differences: [], result: { ...state } }),
  apply: () => undefined,
  finish: (_args, _state, plan) => ({ result: plan.result, changed: false }),
};

const known = bundledModules();
const registry = createRegistry([look as Module, ...known.names().flatMap((name) => known.get(name) ?? [])]);

const results = (ran: Ran, host = 'web-1'): readonly JsonObject[] =>
  ran.events.flatMap((event) =>
    event.kind === 'step' && event.step.host === host && event.step.state !== 'running' && event.step.module === 'look'
      ? [event.step.result]
      : [],
  );

const open = async (tasks: string, hosts = ['web-1']): Promise<void> => {
  lab = await openLab({ hosts, registry });
  await lab.playbook(`- hosts: all\n  gather_facts: false\n  tasks:\n${tasks.replace(/^/gm, '    ')}\n`);
};

const apply = (): Promise<Ran> => lab.apply({});
const asked = async (host = 'web-1'): Promise<readonly string[]> =>
  ((await lab.read(host, 'asked')) ?? '').split('\n').filter(Boolean);

describe('tasks that only look', () => {
  it('are asked in one trip, and each has its own answer', async () => {
    await open(
      '- look: { path: a }\n- stat: { path: b }\n- block:\n    - look: { path: b }\n- look: { path: "{{ item }}" }\n  loop: [c, d]',
    );
    await lab.file('hosts/web-1/b', 'of b');
    await lab.file('hosts/web-1/d', 'of d');
    const found = results(await apply());
    expect(found.map(({ holds }) => holds).slice(0, 3)).toEqual(['', 'of b', '']);
    expect(new Set(found.map(({ shell }) => shell)).size).toBe(1);
    expect(await asked()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('are not asked what a condition leaves out, nor what nobody knows yet', async () => {
    await open(
      '- look: { path: a }\n  register: first\n- look: { path: b }\n  when: false\n- look: { path: "c{{ first.holds }}" }\n  when: first.holds == ""',
    );
    expect(results(await apply()).at(-1)).toMatchObject({ holds: '' });
    expect(await asked()).toEqual(['a', 'c']);
  });

  it('are not looked for among ever so many that a condition leaves out', async () => {
    const shellsWith = async (items: number) => {
      await open(
        `- look: { path: a }\n- look: { path: "{{ item }}" }\n  loop: "{{ range(${items}) | list }}"\n  when: item < 0\n- look: { path: b }`,
      );
      const found = results(await apply()).flatMap(({ shell }) => (shell === undefined ? [] : [shell]));
      await lab.close();
      return new Set(found).size;
    };
    expect([await shellsWith(100), await shellsWith(400)]).toEqual([1, 2]);
  });

  it('ask again after a change, on whichever host it was', async () => {
    await open(
      '- look: { path: f }\n- look: { path: "{{ shared }}" }\n- shell: "echo new > {{ shared }}"\n  when: inventory_hostname == "web-1"\n- look: { path: "{{ shared }}" }',
      ['web-1', 'web-2'],
    );
    const shared = `${lab.folder}/shared`;
    const ran = await lab.apply({ request: { playbook: 'site.yml', vars: {}, locks: [] } }).catch(() => undefined);
    expect(ran).toBeDefined();
    await lab.file('inventory.ini', `[web]\nweb-1 shared=${shared}\nweb-2 shared=${shared}\n`);
    const again = await apply();
    expect(results(again, 'web-2').map(({ holds }) => holds)).toEqual(['', '', 'new']);
    expect(results(again, 'web-1').map(({ holds }) => holds)).toEqual(['', '', 'new']);
  });

  it('ask again after a change that a plan foresaw', async () => {
    await open('- look: { path: f }\n- copy: { dest: f, content: new }\n- look: { path: f }');
    expect(results(await lab.run()).map(({ holds }) => holds)).toEqual(['', 'new']);
  });

  it('ask anew at each attempt', async () => {
    await open(
      '- shell: "(sleep 0.5; echo yes > f) >/dev/null 2>&1 &"\n- look: { path: f }\n  register: seen\n  until: seen.holds == "yes"\n  retries: 30\n  delay: 0.1\n- look: { path: f }',
    );
    expect(results(await apply()).map(({ holds }) => holds)).toEqual(['yes', 'yes']);
  });

  it('see what came to be while something waited', async () => {
    await open('- look: { path: f }\n- pause: { seconds: 4 }\n- look: { path: f }');
    const applied = apply();
    while ((await asked()).length === 0) await sleep(20);
    await sleep(500); // for the rest of that look
    await lab.file('hosts/web-1/f', 'late');
    expect(results(await applied).map(({ holds }) => holds)).toEqual(['', 'late']);
  });

  it('as another user or in another environment have their own answer', async () => {
    await open(
      '- look: { path: f }\n- shell: echo "$WORD"\n  environment: { WORD: one }\n  register: said\n- stat: { path: f }\n  environment: { WORD: two }',
    );
    expect((await apply()).steps).toEqual(['web-1 1.1: ok', 'web-1 1.2: changed', 'web-1 1.3: ok']);
  });
});

describe('answers', () => {
  it('count once, until something changes', () => {
    const calm = createCalm();
    const answers = createAnswers(calm, { known: false });
    const question = { script: 'x', user: undefined };
    const answer = { code: 0, stdout: 'x', stderr: '', lost: 0 };
    answers.keep(question, answer);
    answers.keep(question, answer);
    expect(answers.take({ script: 'x', user: 'root' })).toBeUndefined();
    expect(answers.take(question)).toBe(answer);
    calm.end();
    expect(answers.take(question)).toBeUndefined();
  });

  it('are asked for one at a time right after a change, then for more and more', () => {
    const calm = createCalm();
    const answers = createAnswers(calm, { known: false });
    expect(answers.width()).toBe(64);
    calm.end();
    expect([answers.width(), answers.width(), answers.width(), answers.width()]).toEqual([0, 2, 8, 32]);
  });
});

describe('probes asked together', () => {
  const run = promisify(execFile);

  it('keep what each prints and how each ends apart, whatever it is', async () => {
    const output = fc.string({ unit: fc.constantFrom('a', '\n', ' ', "'", '$', '\\', 'é', '%s', '0') });
    const probe = fc.record({ out: output, err: output, code: fc.integer({ min: 0, max: 255 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(probe, { minLength: 1, maxLength: 6 }), async (probes) => {
        const scripts = probes.map(
          ({ out, err, code }) => `printf %s ${quote(out)}; printf %s ${quote(err)} >&2; x=1; exit ${code}`,
        );
        const asking = together(scripts, quote);
        const { stdout, stderr } = await run('sh', ['-c', asking.script]);
        const answers = asking.answers({ code: 0, stdout, stderr, lost: 0 });
        expect(answers).toEqual(probes.map(({ out, err, code }) => ({ code, stdout: out, stderr: err, lost: 0 })));
      }),
      { numRuns: 60 },
    );
  });

  it('are no answer when the output is not whole', () => {
    const asking = together(['true', 'true'], quote);
    expect(asking.answers({ code: 2, stdout: '', stderr: 'sh: 1: Syntax error', lost: 0 })).toBeUndefined();
    expect(asking.answers({ code: 0, stdout: 'x', stderr: '', lost: 7 })).toBeUndefined();
  });
});
