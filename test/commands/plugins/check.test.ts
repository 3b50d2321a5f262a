import { expect, test } from 'vitest';
import { checkPlugin } from '#commands/plugins/check.ts';
import { inLanguage } from '#core/text.ts';
import { type Args, arg, change, definePlugin, question, z } from '#kit';

const about = { en: 'a test', fr: 'un essai' };

/** What is wrong with a plugin of one question of these words. */
function faultsOf(name: string, { args = {}, ...more }: { aliases?: string[]; examples?: string[]; args?: Args } = {}) {
  const one = question({
    ...{ name, about, permission: 'one.use', needs: [], args, examples: [name], ...more },
    answer: () => ({ tone: 'info', title: 'x' }),
  });
  return checkPlugin(definePlugin({ name: 'one', about, settings: z.object({}), commands: [one] })).map(
    ({ code, say }) => `${code}: ${inLanguage(say, 'en')}`,
  );
}

test.each([
  ['hello', []],
  ['plan', []],
  ['plan show', []],
  ['fine', ['yes']],
])('a name that the bot keeps for itself is told: %s %j', (name, aliases) => {
  const taken = aliases[0] ?? name;
  expect(faultsOf(name, { aliases })).toEqual([`plugin.clash: The command “${taken}” belongs to the bot itself.`]);
});

test('each example is read as a line is', () => {
  expect(faultsOf('badex', { examples: ['badex and more words'] })).toEqual([
    'plugin.invalid: The example “badex and more words” is not understood: I do not know what “and” is for in badex.',
  ]);
  const args = {
    size: arg.number({ about, max: 5, optional: true }),
    since: arg.duration({ about, named: true, optional: true }),
  };
  expect(faultsOf('sized', { args, examples: ['sized 4', 'sized 9', 'sized --since soon', 'sized "'] })).toEqual([
    expect.stringContaining('“sized 9” is not understood: “9” is too high'),
    expect.stringContaining('“sized --since soon” is not understood'),
    expect.stringContaining('“sized "” is not understood: The quote opened'),
  ]);
});

test('an example may name hosts, playbooks, secrets and commands that there are not here, and may ask for more', () => {
  const args = {
    book: arg.playbook({ about }),
    host: arg.host({ about, after: 'from', optional: true }),
    hosts: arg.hosts({ about, after: 'to', optional: true }),
    secret: arg.secret({ about, named: true, optional: true }),
    about: arg.command({ about, named: true, optional: true }),
    vars: arg.vars({ about, optional: true }),
  };
  const whole = 'play site.yml from web-1 on web:!db --secret=token --about "deploy" colour=blue';
  expect(faultsOf('play', { args, examples: ['play', 'play site', whole] })).toEqual([]);
});

test('an example is of its own command', () => {
  const settings = z.object({});
  const kept = { about, permission: 'one.use', needs: [], args: {} } as const;
  const plan = () => ({ do: 'cancel', run: 1 }) as const;
  const commands = [
    question({ ...kept, name: 'one', examples: ['one two'], answer: () => ({ tone: 'info', title: 'x' }) }),
    change({ ...kept, name: 'one two', risk: 'ordinary', examples: ['one two'], plan }),
  ];
  expect(checkPlugin(definePlugin({ name: 'one', about, settings, commands }))).toMatchObject([
    { code: 'plugin.invalid', say: { en: 'The example “one two” is one of the command “one two”, not of “one”.' } },
  ]);
});

test('what is no plugin at all is told once', () => {
  expect(checkPlugin({ name: 'x' } as never)).toHaveLength(1);
  expect(faultsOf('Bad name', { examples: ['Bad name'] })).toHaveLength(1);
});
