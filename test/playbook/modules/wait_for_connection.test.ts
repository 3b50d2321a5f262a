import { afterEach, describe, expect, it } from 'vitest';
import { type Lab, openLab } from '#test/runs/lab.ts';

let lab: Lab | undefined;
afterEach(() => lab?.close());

const waiting = (args: string): string =>
  `- hosts: web\n  tasks:\n    - wait_for_connection: ${args}\n    - command: "true"\n`;

describe('wait_for_connection', () => {
  it('waits until the host answers, then goes on', async () => {
    lab = await openLab({ hosts: ['web-1'] });
    await lab.playbook(waiting('{ timeout: 20, sleep: 1 }'));
    const plan = await lab.plan();
    lab.ssh.unreachable('web-1');
    lab.ssh.lose('web-1');
    setTimeout(() => lab?.ssh.unreachable('web-1', false), 1500);
    const ran = await lab.apply({ plan, request: plan.request });
    expect(ran.steps).toEqual(['web-1 1.1: ok', 'web-1 1.2: changed']);
  });

  it('fails when its time is over', async () => {
    lab = await openLab({ hosts: ['web-1'] });
    await lab.playbook(waiting('{ timeout: 1 }'));
    const plan = await lab.plan();
    lab.ssh.unreachable('web-1');
    lab.ssh.lose('web-1');
    const ran = await lab.apply({ plan, request: plan.request });
    expect(ran.steps).toEqual(['web-1 1.1: failed']);
  });

  it('says nothing against a host that is not there yet when it is planned', async () => {
    lab = await openLab({ hosts: ['web-1'] });
    lab.ssh.unreachable('web-1');
    await lab.playbook('- hosts: web\n  gather_facts: false\n  tasks:\n    - wait_for_connection:\n');
    expect((await lab.plan()).steps.map((step) => step.outcome)).toEqual(['ok']);
  });
});
