import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Lab, openLab } from '#test/runs/lab.ts';

let lab: Lab;
beforeEach(async () => {
  lab = await openLab({ hosts: ['web-1'] });
  await lab.file('hosts/web-1/boot', `${process.pid}-${Math.random()}`);
});
afterEach(() => lab.close());

const play = (args: string, more = '') =>
  lab.playbook(
    `- hosts: all\n  gather_facts: false\n  tasks:\n    - reboot: { boot_time_command: cat boot, ${args} }\n      register: done\n${more}`,
  );

describe('reboot', () => {
  it('waits until the host was booted anew, beginning it once', async () => {
    await play(
      "reboot_command: 'echo x >> began; sleep 2; echo new > boot', test_command: 'test -e began'",
      "    - copy: { dest: said, content: '{{ [done.rebooted, done.changed] }}' }\n",
    );
    const { steps } = await lab.run();
    expect(steps).toEqual(['web-1 1.1: changed', 'web-1 1.2: changed']);
    expect(await lab.read('web-1', 'began')).toBe('x\n');
    expect(await lab.read('web-1', 'said')).toBe('[true, true]');
  });

  it('takes a lost connection for a reboot under way', async () => {
    await play("reboot_command: 'true'");
    const plan = await lab.plan();
    setTimeout(() => {
      lab.ssh.unreachable('web-1');
      lab.ssh.lose('web-1');
    }, 2500);
    setTimeout(() => {
      void writeFile(lab.path('web-1', 'boot'), 'new').then(() => lab.ssh.unreachable('web-1', false));
    }, 4500);
    expect((await lab.apply({ plan, request: plan.request })).steps).toEqual(['web-1 1.1: changed']);
  });

  it.each([
    ["reboot_command: 'echo no way >&2; exit 3'", 'the reboot command failed: no way'],
    ["reboot_command: 'true', reboot_timeout: 2", 'the host was not booted anew in time'],
    [
      "reboot_command: 'echo new > boot', test_command: 'echo sick; false', reboot_timeout: 3",
      'the host is back, but the test command fails: sick',
    ],
  ])('says what went wrong: %s', async (args, said) => {
    await play(args);
    const { steps, events } = await lab.run();
    expect(steps).toEqual(['web-1 1.1: failed']);
    expect(JSON.stringify(events)).toContain(said);
  });

  it('is begun again by the next order, when the first could not', async () => {
    await play("reboot_command: 'echo no way >&2; exit 3'");
    expect((await lab.run()).steps).toEqual(['web-1 1.1: failed']);
    await play("reboot_command: 'echo new > boot'");
    expect((await lab.run()).steps).toEqual(['web-1 1.1: changed']);
  });

  it('is done for a run that goes on, when the host was booted meanwhile', async () => {
    await play("reboot_command: 'echo x > began'");
    const plan = await lab.plan();
    await writeFile(lab.path('web-1', 'boot'), 'another');
    const { steps } = await lab.apply({ plan, request: plan.request, begun: [{ host: 'web-1', id: '1.1' }] });
    expect(steps).toEqual(['web-1 1.1: changed']);
    expect(await lab.read('web-1', 'began')).toBeUndefined();
  });

  it('cannot be told apart where nothing is printed, and fails before anything is done', async () => {
    await lab.file('hosts/web-1/boot', '');
    await play("reboot_command: 'echo x > began'");
    expect((await lab.plan()).steps[0]?.outcome).toBe('failed');
  });

  it('is not repeated on a host that was booted since it was planned', async () => {
    await play("reboot_command: 'echo x > began'");
    const plan = await lab.plan();
    await writeFile(lab.path('web-1', 'boot'), 'another');
    expect((await lab.apply({ plan, request: plan.request })).outcome.state).toBe('drifted');
    await expect(readFile(lab.path('web-1', 'began'))).rejects.toThrow();
  });
});
