import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ada, ben, quarterdeck, type RealBot, realBots } from '#test/support/real-bot.ts';

const bots = realBots();
const french = { LC_ALL: 'fr_FR.UTF-8' };
let bot: RealBot;
let folder: string;

const people = `people:
  - { id: 'console:local:chloe', also: ['cli:local:chloe'], name: Chloé, roles: [everything], language: fr }
  - { id: 'console:local:eve', name: Eve, roles: [everything], language: en }
roles: { everything: { allow: [{ permission: '*', on: [all] }] } }
harbour: true
`;

beforeAll(async () => {
  folder = await bots.folder();
  await writeFile(join(folder, 'quarterdeck.yaml'), people);
  bot = await bots.start(folder, { env: french }, ['--config', join(folder, 'quarterdeck.yaml')]);
});
afterAll(() => bots.end());

const inFrench = (...words: readonly string[]) => quarterdeck(folder, words, { env: french });
const inEnglish = (...words: readonly string[]) => quarterdeck(folder, words);

describe('a terminal', () => {
  it('in French is answered in French by every command', async () => {
    expect(bot.output()).toContain('Quarterdeck est ouvert sur');
    const own = `QUARTERDECK_DATA=${folder} bin/quarterdeck login NOM --config ${join(folder, 'quarterdeck.yaml')}`;
    expect(bot.output()).toContain(`Un lien de connexion pour chloe, eve, ada, ben : ${own}\n`);
    const help = await inFrench('help');
    expect(help.out).toContain('Démarrer le bot');
    expect(help.out).not.toMatch(/\b(?:the|Start|Show|Print|FILE|ACTOR|HOST)\b/);
    expect((await inFrench('check')).out).toMatch(/^(?:La configuration est bonne|Il n’y a pas de fichier)/);
    expect((await inFrench('audit', 'verify')).out).toMatch(/✓ L’audit est intact : \d+ entrées/);
    const seen = await inFrench('doctor');
    expect(seen.out).toMatch(/✓ dossier de données : \d+ Mo libres/);
    expect(seen.out).toMatch(/✓ bot : prêt sur http/);
  });

  it.each([
    [{ LC_ALL: 'fr_CA.UTF-8', LANG: 'en_US.UTF-8' }, /est ouvert|Démarrer/],
    [{ LC_MESSAGES: 'fr_FR', LANG: 'C' }, /Démarrer/],
    [{ LC_ALL: 'C', LANG: 'fr_FR.UTF-8' }, /Start the bot/],
    [{ LANG: 'de_DE.UTF-8' }, /Start the bot/],
  ])('with %j is answered in its language', async (env, words) => {
    expect((await quarterdeck(folder, ['start', '--help'], { env })).out).toMatch(words);
  });

  it.each([
    [['start', '--confg', 'x'], /--confg\. Did you mean “--config”\?\nUsage: quarterdeck start \[--config FILE\]\n$/],
    [['say', 'help', '--wat', '5'], /--wat\. Did you mean “--wait”\?\nUsage: quarterdeck say/],
    [['doctor', 'please'], /^“please” is one word too many\.\nUsage: quarterdeck doctor/],
    [
      ['depoly', 'shop', 'v2'],
      /no command “depoly”; .* lists them\. To give .*: bin\/quarterdeck say "depoly shop v2"\n$/,
    ],
    [['chek'], /There is no command “chek”; .* Did you mean “check”\?\n$/],
  ])('given %j says what is wrong, what may be meant, and how it is written', async (words, said) => {
    const { code, out, error } = await inEnglish(...words);
    expect([code, out, error]).toEqual([2, '', expect.stringMatching(said)]);
  });

  it('gets the same JSON in every language', async () => {
    for (const words of [
      ['audit', 'verify', '--json'],
      ['check', '--json'],
    ])
      expect((await inFrench(...words)).out).toBe((await inEnglish(...words)).out);
    const findings = async (say: typeof inFrench) =>
      JSON.parse((await say('doctor', '--json')).out).map((one: { what: string; ok: boolean }) => [one.what, one.ok]);
    expect(await findings(inFrench)).toEqual(await findings(inEnglish));
  });
});

describe('say', () => {
  it('answers in the language of whoever speaks, before that of the terminal', async () => {
    const titles = async (as: string, say: typeof inFrench) =>
      (await say('say', 'help', '--as', as, '--config', join(folder, 'quarterdeck.yaml'))).out;
    expect(await titles('console:local:chloe', inEnglish)).toMatch(/Ce que je peux/);
    expect(await titles('cli:local:chloe', inEnglish)).toMatch(/Ce que je peux/);
    expect(await titles('chloe', inEnglish)).toMatch(/Ce que je peux/);
    expect(await titles('console:local:eve', inFrench)).toMatch(/What I can/);
    expect(await titles(ada, inFrench)).toMatch(/Ce que je peux/);
  });

  it('names who is known, where nobody is by that name', async () => {
    for (const words of [['say', 'help', '--as', 'adda'], ['login', 'adda'], ['login']]) {
      const said = await inEnglish(...words, '--config', join(folder, 'quarterdeck.yaml'));
      expect([said.code, said.error]).toEqual([1, expect.stringMatching(/\bchloe, .*\beve\b/)]);
    }
  });

  it('that waits for a confirmation ends with the very command that gives it', async () => {
    const asked = await inEnglish('say', 'deploy shop v2', '--as', ada);
    expect(asked.code).toBe(4);
    const next = /^Next: QUARTERDECK_DATA=\S+ bin\/quarterdeck (say) "(confirm \d+)" (--as) (\S+)$/m.exec(asked.out);
    const confirmed = await inEnglish(...(next?.slice(1) ?? ['nothing was said']));
    // What goes on meanwhile is told beside the answer, when there is time for it.
    expect([confirmed.code, confirmed.error.replace(/^… Deploy shop v2.*\n/gm, '')]).toEqual([0, '']);
    expect(confirmed.out).toMatch(/^✓ (?:shop|Deploy shop) .*v2.*/);
    expect((await bot.order(Number(next?.[2]?.slice('confirm '.length)))).state).toBe('done');
    const again = await inFrench('say', 'runs resume 1', '--as', ada);
    expect([again.code, again.out]).toEqual([1, expect.stringContaining('L’exécution 1 est terminée : il n’y a rien')]);
  });

  it('that confirms waits for the work it sets going, and ends as it ends', async () => {
    const asked = await inEnglish('say', 'deploy shop v3', '--as', ada);
    const word = /confirm \d+/.exec(asked.out)?.[0] ?? '';
    const early = await inEnglish('say', word, '--as', ada, '--wait', '0');
    expect([early.code, early.out]).toEqual([
      5,
      expect.stringMatching(
        /^Order \d+ goes on\. Follow it: QUARTERDECK_DATA=\S+ bin\/quarterdeck say "runs(?: show \d+)?" --as \S+$/m,
      ),
    ]);
    const late = await inEnglish('say', word, '--as', ada, '--wait', '120');
    expect([late.code, late.out]).toEqual([1, expect.stringMatching(/^✗ .*v3/)]);
    expect(late.out).not.toContain('its message goes on');
  });

  it('that waits for an approval ends with who may give it', async () => {
    const asked = await inEnglish('say', 'restart db', '--as', 'ada');
    expect(asked.code).toBe(4);
    const last = asked.out.trimEnd().split('\n').slice(-2).join('\n');
    expect(last).toMatch(/^Next: .*Ben.* may approve it, in the console: approve \d+$/m);
    expect(last).not.toContain('Ada');
    const config = join(folder, 'quarterdeck.yaml');
    const again = await inEnglish('say', 'restart db', '--as', ada, '--config', config);
    expect(again.out).toMatch(new RegExp(`bin/quarterdeck login console:local:\\w+ --config ${config}\\n$`));
    const seen = await inFrench('say', 'restart db', '--as', ben, '--json');
    expect(() => JSON.parse(seen.out)).not.toThrow();
  });
});
