import { expect, it } from 'vitest';
import { knownBeside } from '#app/demo.ts';
import { knownHostsOf } from '#app/executor-settings.ts';
import { settingsSchema } from '#settings/schema.ts';

const demo = '/data/harbour/known_hosts';

it.each([
  ['no file', {}],
  ['files of its own', { knownHosts: ['/etc/ops/known_hosts', '/etc/ops/more'] }],
])('beside the demo fleet the bot reads where “trust” writes, when the configuration names %s', (_what, ssh) => {
  const settings = settingsSchema.parse({ data: '/data', harbour: true, inventory: ['/etc/ops/hosts'], ssh });
  const read = knownBeside(demo, settings);
  expect(read[0]).toBe(demo);
  expect(read).toContain(knownHostsOf(settings)[0]);
});
