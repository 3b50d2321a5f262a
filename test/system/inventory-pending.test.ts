import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ada, program, quarterdeck, realBots, until } from '#test/support/real-bot.ts';

/** An inventory that does not go with the configuration is not in force: not in the rules, and not in the runs either. */
const bots = realBots();
afterAll(() => bots.end());

const config = `harbour: false
inventory: [./hosts.ini]
playbooks: ./playbooks
plugins: { folders: ['${join(program, 'plugins')}'] }
people: [{ id: '${ada}', name: Ada, roles: [everything] }]
roles: { everything: { allow: [{ permission: '*', on: [all] }] } }
rules: [{ name: careful, when: { on: [db] }, require: { approvals: 1 } }]
`;
const web = (address: string) => `[web]\nweb-1 ansible_host=${address} ansible_port=1\n`;
const db = '[db]\ndb-1 ansible_host=127.0.0.1 ansible_port=1\n';

it('what plays goes on with the inventory that is in force, and takes the next one when it is', async () => {
  const own = await bots.folder();
  const file = join(own, 'hosts.ini');
  await mkdir(join(own, 'playbooks'));
  await writeFile(join(own, 'playbooks/touch.yml'), '- hosts: web\n  tasks: [{ shell: echo done }]\n');
  await writeFile(join(own, 'quarterdeck.yaml'), config);
  await writeFile(file, web('127.0.0.1') + db);
  const bot = await bots.start(own, {}, ['--config', join(own, 'quarterdeck.yaml')]);
  const asked = async () => /127\.0\.0\.\d/.exec(JSON.stringify(await bot.say('run touch', { yes: true })))?.[0];
  const warnings = async () => JSON.stringify((await bot.call('GET', '/readyz')).body.warnings);
  expect(await asked()).toBe('127.0.0.1');

  await writeFile(file, web('127.0.0.2')); // a rule is about db, so this is refused
  await until('it is told', () => bot.output().includes('no group or host "db"'));
  expect(await asked()).toBe('127.0.0.1');
  expect(await warnings()).toContain('inventory.not_in_force');
  const { out } = await quarterdeck(own, ['doctor', '--config', join(own, 'quarterdeck.yaml')]);
  expect(out).toMatch(/^! inventory in force: /m);

  await writeFile(file, web('127.0.0.3') + db);
  expect(await asked()).toBe('127.0.0.3');
  await until('all is well', async () => (await warnings()) === '[]');
});
