import { afterEach, describe, expect, it } from 'vitest';
import { pause } from '#playbook/modules/pause.ts';
import { type Lab, openLab, resultOf } from '#test/runs/lab.ts';
import { tryModule } from './host.ts';

let lab: Lab | undefined;
afterEach(() => lab?.close());

describe('pause', () => {
  it.each([
    [{ seconds: 2 }, 2, 'Paused for 2 seconds'],
    [{ seconds: '1.9' }, 1, 'Paused for 1 seconds'],
    [{ seconds: 0 }, 1, 'Paused for 1 seconds'],
    [{ minutes: 3, prompt: 'Wait a little' }, 180, 'Paused for 3 minutes'],
  ])('waits as %j says', async (args, delta, stdout) => {
    const { plan } = await tryModule(pause, args);
    expect(plan.result).toMatchObject({ delta, stdout, user_input: '', rc: 0 });
    expect(plan.differences.every((one) => one.reads)).toBe(true);
  });

  it('refuses to wait for somebody at a keyboard, and says what to do', async () => {
    await expect(tryModule(pause, { prompt: 'Go on?' })).rejects.toThrow('module.arguments');
    await expect(tryModule(pause, {})).rejects.toThrow('module.arguments');
    await expect(tryModule(pause, { minutes: 1, seconds: 1 })).rejects.toThrow('module.arguments');
  });

  it('is done once for all hosts, takes its time in a run and none in a plan', async () => {
    lab = await openLab();
    await lab.playbook(
      '- hosts: web\n  tasks:\n    - pause: seconds=1\n      register: waited\n    - debug: var=waited.delta\n',
    );
    const plan = await lab.plan();
    expect(plan.steps.map((step) => `${step.host} ${step.id}: ${step.outcome}`)).toEqual([
      'web-1 1.1: ok',
      'web-1 1.2: ok',
      'web-2 1.2: ok',
    ]);
    const began = Date.now();
    const ran = await lab.apply({ plan, request: plan.request });
    expect(Date.now() - began).toBeGreaterThan(950);
    expect(ran.outcome.state).toBe('done');
    expect(resultOf(ran, 'web-1', '1.2')).toMatchObject({ 'waited.delta': 1 });
    expect(resultOf(ran, 'web-2', '1.2')).toMatchObject({ 'waited.delta': 'VARIABLE IS NOT DEFINED!' });
  });

  it('ends when the run is told to stop', async () => {
    lab = await openLab({ hosts: ['web-1'] });
    await lab.playbook('- hosts: web\n  tasks:\n    - pause: minutes=5\n');
    const plan = await lab.plan();
    const ran = await lab.apply({ plan, request: plan.request }, { boundary: AbortSignal.timeout(200) });
    expect(ran.outcome.state).not.toBe('failed');
  });
});
