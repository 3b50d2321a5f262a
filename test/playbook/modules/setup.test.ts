import { afterEach, describe, expect, it } from 'vitest';
import { ping } from '#playbook/modules/ping.ts';
import { setup } from '#playbook/modules/setup.ts';
import { type Lab, openLab } from '#test/runs/lab.ts';
import { tryModule } from './host.ts';

let lab: Lab | undefined;
afterEach(() => lab?.close());

describe('setup', () => {
  it('gives the facts that match, by their names with or without ansible_ in front', async () => {
    const { plan } = await tryModule(setup, { filter: ['ansible_mem*', 'kern?l', '[!a-z]*'] });
    const names = Object.keys(plan.result.ansible_facts ?? {});
    expect(names).toEqual(['ansible_kernel', 'ansible_memtotal_mb', 'ansible_memfree_mb']);
  });

  it('makes them variables for the tasks that follow', async () => {
    lab = await openLab({ hosts: ['web-1'] });
    await lab.playbook(`- hosts: web
  gather_facts: false
  tasks:
    - assert: { that: ansible_facts.system is not defined }
    - setup: gather_subset=!all,min
    - assert: { that: ["ansible_system == 'Linux' and ansible_facts['system'] == 'Linux'"] }
    - meta: clear_facts
    - assert: { that: ansible_facts.system is not defined }
`);
    expect((await lab.run()).outcome.state).toBe('done');
  });
});

describe('ping', () => {
  it('answers pong, or what it is given, and fails when told to', async () => {
    expect((await tryModule(ping, {})).plan.result).toEqual({ ping: 'pong' });
    expect((await tryModule(ping, { data: "it's $(id)" })).plan.result).toEqual({ ping: "it's $(id)" });
    expect((await tryModule(ping, { data: 'crash' })).plan.failed).toBe('boom');
  });
});
