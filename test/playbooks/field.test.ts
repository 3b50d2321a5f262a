import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { demoPlaybooks, fleetNames } from '#harbour/layout.ts';
import { loadInventory } from '#playbook/inventory/load.ts';
import { bundledModules } from '#playbook/modules/registry.ts';
import { listPlaybooks, parsePlaybook } from '#playbook/parse.ts';

const roles = join(demoPlaybooks, 'roles');
const servers = join(demoPlaybooks, '..', 'examples', 'servers', 'inventory.yml');

const keysOf = (path: string): readonly string[] => {
  try {
    return Object.keys(z.record(z.string(), z.unknown()).parse(parse(readFileSync(path, 'utf8'))));
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw cause;
  }
};

describe.each(readdirSync(roles))('the role %s', (role) => {
  const readme = readFileSync(join(roles, role, 'README.md'), 'utf8');
  const told = [...readme.matchAll(/^\| `(\w+)` \| (.+?) \|/gm)].map(([, name = '', value = '']) => ({ name, value }));

  it('says what it takes, each variable with its default', () => {
    const defaults = keysOf(join(roles, role, 'defaults', 'main.yml'));
    expect(
      told
        .filter(({ value }) => value !== 'none')
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...defaults].sort());
  });

  it('calls its variables by its own name', () => {
    const names = [...told.map(({ name }) => name), ...keysOf(join(roles, role, 'vars', 'main.yml'))];
    expect(names.filter((name) => !name.startsWith(`${role}_`))).toEqual([]);
  });
});

const field = ['web_app', 'rolling_upgrade', 'monitoring'];

test.each(field)('%s.yml is read without a fault, and has hosts in the example', async (playbook) => {
  expect(await parsePlaybook(playbook, { root: demoPlaybooks, known: bundledModules() })).toMatchObject({ ok: true });
  const read = await loadInventory([servers]);
  if (!read.ok) throw new Error(JSON.stringify(read.refusal));
  const { hosts = [] } = (await listPlaybooks(demoPlaybooks)).find(({ name }) => name === playbook) ?? {};
  expect(hosts.length).toBeGreaterThan(0);
  for (const group of hosts) {
    const meant = read.value.match(group);
    expect(meant.ok && meant.value.length > 0, group).toBe(true);
  }
});

test('the demo fleet is offered its own playbooks and no others', async () => {
  const offered = (await listPlaybooks(demoPlaybooks)).filter(({ hosts = [] }) =>
    hosts.some((one) => one === 'all' || fleetNames.includes(one)),
  );
  expect(offered.map(({ name }) => name)).toEqual(['deploy', 'restart', 'rollback']);
});

test('the folder says of each playbook what it does', async () => {
  const readme = readFileSync(join(demoPlaybooks, 'README.md'), 'utf8');
  for (const { name, about } of await listPlaybooks(demoPlaybooks)) {
    expect(readme).toContain(`\`${name}.yml\``);
    expect(about).not.toBe('');
  }
});
