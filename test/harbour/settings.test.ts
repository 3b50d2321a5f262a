import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Actor } from '#core/actor.ts';
import type { Host } from '#core/hosts.ts';
import { fleet, layoutIn, shopSource } from '#harbour/layout.ts';
import { harbourSettings } from '#harbour/settings.ts';
import { allows } from '#policy/allows.ts';
import { mayApprove, requirement } from '#policy/requirement.ts';
import { toPolicy } from '#settings/policy.ts';
import { settingsSchema } from '#settings/schema.ts';
import deploy from '../../plugins/deploy/index.ts';
import machine from '../../plugins/machine/index.ts';
import restart from '../../plugins/restart/index.ts';

const given = harbourSettings(layoutIn('/tmp/harbour'));
const policy = toPolicy(settingsSchema.parse(given));
const [web, , db] = fleet.map(({ name, group }): Host => ({ name, groups: [group, 'production'], address: name }));
const person = (id: string): Actor => ({ id, kind: 'person', name: id, roles: [] });
const [ada, ben] = [person('console:local:ada'), person('console:local:ben')];
const hosts = (host: Host | undefined): readonly Host[] => (host ? [host] : []);

describe('the settings of the harbour', () => {
  it('are valid settings, and say the same when they are read as a configuration', () => {
    expect(settingsSchema.parse(given)).toMatchObject(given);
  });

  it('describe every channel in both languages', () => {
    for (const { about } of given.console.channels)
      expect(about).toEqual({ en: expect.stringMatching(/./), fr: expect.stringMatching(/./) });
  });

  it('are what the plugins expect of theirs', () => {
    for (const plugin of [deploy, machine, restart]) {
      const parsed = plugin.settings.safeParse(given.plugins.settings[plugin.name]);
      expect(parsed.error?.message, plugin.name).toBeUndefined();
    }
  });

  it('offer exactly the versions that are there', async () => {
    const folders = (await readdir(shopSource)).filter((name) => /^v\d+$/.test(name));
    expect(given.plugins.settings).toMatchObject({ deploy: { applications: { shop: { versions: folders.sort() } } } });
  });

  it('let Ada ask for a deploy, confirmed, and for the database only with another person', () => {
    expect(allows(policy, ada, 'deploy.run', hosts(web)).allowed).toBe(true);
    expect(requirement(policy, { permission: 'deploy.run', risk: 'ordinary', hosts: hosts(web) })).toMatchObject({
      confirmation: true,
      approvals: 0,
    });
    const onDatabase = requirement(policy, { permission: 'restart.run', risk: 'ordinary', hosts: hosts(db) });
    expect(onDatabase.approvals).toBe(1);
    const order = { asker: ada, permission: 'restart.run', hosts: hosts(db) };
    expect(mayApprove(policy, ada, order, onDatabase).allowed).toBe(false);
    expect(mayApprove(policy, ben, order, onDatabase).allowed).toBe(true);
  });

  it('give a stranger nothing', () => {
    const stranger = person('console:local:eve');
    for (const permission of ['status.read', 'deploy.run', 'approve'])
      expect(allows(policy, stranger, permission, hosts(web)).allowed, permission).toBe(false);
  });
});
