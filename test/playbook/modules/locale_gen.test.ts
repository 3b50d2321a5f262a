import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { withLocale, withoutLines } from '#playbook/modules/locale_gen/text.ts';
import { localeGen } from '#playbook/modules/locale_gen.ts';
import { described } from './described.ts';
import { changes, shells, tryModule } from './host.ts';

const text = '# About\n# de_DE.UTF-8 UTF-8\n# de_DE ISO-8859-1\nfr_FR.UTF-8 UTF-8\n';
const debian = [
  'it.path=2f6c6f63616c652e67656e',
  'it.type=file',
  `it.base64=${Buffer.from(text).toString('base64')}`,
  'raw=made',
  '|C',
  '|fr_FR.utf8',
  '|x',
];

describe('locale_gen', () => {
  it.each<[string, JsonObject, readonly string[], readonly string[]]>([
    ['is there', { name: 'fr_FR.UTF-8' }, [], []],
    ['is made', { name: 'de_DE.UTF-8' }, ['state: absent → present', 'content'], ['locale-gen >&2']],
    ['goes', { name: ['fr_FR.UTF-8'], state: 'absent' }, ['state: present → absent', 'content'], ['locale-gen >&2']],
  ])('a locale %s', async (_name, args, differences, script) => {
    const made = await described(localeGen, args, debian);
    expect(changes(made.plan).map((one) => (one.startsWith('content') ? 'content' : one))).toEqual(differences);
    for (const words of script) expect(made.script).toContain(words);
  });

  it('changes one line only', () => {
    expect(withLocale(text, 'de_DE.UTF-8', true)).toBe(text.replace('# de_DE.UTF-8', 'de_DE.UTF-8'));
    expect(withLocale(text, 'fr_FR.UTF-8', false)).toBe(text.replace('fr_FR', '# fr_FR'));
    expect(withoutLines('a_A.UTF-8 UTF-8\nb_B UTF-8\n', 'b_B')).toBe('a_A.UTF-8 UTF-8\n');
  });

  it('leaves the file alone where Ubuntu keeps it', async () => {
    const lines = ['ubuntu=yes', 'it.path=2f78', 'raw=supported', '|de_DE.UTF-8 UTF-8', '|x'];
    const made = await described(localeGen, { name: 'de_DE.UTF-8' }, lines);
    expect(changes(made.plan)).toEqual(['state: absent → present']);
    expect(made.script).toContain("locale-gen 'de_DE.UTF-8'");
  });

  it('says what is missing', async () => {
    expect((await described(localeGen, { name: 'x_X' }, ['it.path=2f78'])).plan.failed).toContain(
      '"locales" installed',
    );
    expect((await described(localeGen, { name: 'x_X' }, debian)).plan.failed).toContain('not available');
  });

  it.each([[{ name: '' }], [{ name: '-x' }], [{ name: 'a b' }], [{ name: '$(id)' }]])('refuses %j', async (args) => {
    await expect(described(localeGen, args, debian)).rejects.toThrow('module.arguments');
  });

  it.each(shells.map((shell) => [shell.join(' '), shell] as const))('asks this machine on %s', async (_name, shell) => {
    const { plan } = await tryModule(localeGen, { name: 'xx_XX.UTF-8' }, { shell }, false);
    expect(plan.failed).toBeDefined();
  });
});
