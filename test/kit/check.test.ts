import { expect, test } from 'vitest';
import type { Refusal } from '#core/errors.ts';
import { type Args, arg, change, definePlugin, type Plugin, question, z } from '#kit';
import { faultsOfPlugin } from '#kit/check.ts';

const about = { en: 'a test', fr: 'un essai' };

const english = (refusals: readonly Refusal[]) =>
  refusals.map(({ say }) => (typeof say === 'string' ? say : say.en)).join('\n');

/** A plugin of one question, changed at one place. */
const withCommand = (part: object): Plugin =>
  definePlugin({
    ...{ name: 'one', about, settings: z.object({}) },
    commands: [
      {
        ...question({
          name: 'one',
          about,
          permission: 'one.use',
          needs: [],
          args: {},
          examples: ['one'],
          answer: () => ({ tone: 'info', title: 'x' }),
        }),
        ...part,
      },
    ],
  });

const withArgs = (args: Args) => english(faultsOfPlugin(withCommand({ args })));

test('a sound plugin has no faults', () => {
  const sound = definePlugin({
    ...{ name: 'sound-one', about, settings: z.object({}) },
    commands: [
      question({
        name: 'sound',
        about,
        permission: 'sound.read',
        needs: ['hosts'],
        args: {},
        examples: ['sound'],
        answer: () => ({ tone: 'info', title: 'x' }),
      }),
      change({
        ...{
          name: 'sound make',
          about,
          permission: 'sound.make',
          risk: 'grave',
          needs: [],
          examples: ['sound make a to web x=1', 'make a'],
        },
        aliases: ['make'],
        args: {
          thing: arg.word({ about }),
          hosts: arg.hosts({ about, after: 'to', optional: true }),
          size: arg.number({ about, min: 1, max: 5, default: 2, named: true }),
          colour: arg.choice({ about, choices: ['red', 'blue'], default: 'red' }),
          vars: arg.vars({ about, optional: true }),
        },
        plan: () => ({ do: 'cancel', run: 1 }),
      }),
    ],
  });
  expect(faultsOfPlugin(sound)).toEqual([]);
});

test.each([
  ['a name with a capital', { name: 'One' }, 'must be named by'],
  ['no permission', { permission: undefined }, 'needs a permission'],
  ['a permission that is a pattern', { permission: 'one.*' }, 'needs a permission'],
  ['a permission of one word', { permission: 'one' }, 'needs a permission'],
  ['a need there is not', { needs: ['shell'] }, 'may need'],
  ['a need named twice', { needs: ['hosts', 'hosts'] }, 'may need'],
  ['no example', { examples: [] }, 'at least one example'],
  ['an example of another command', { examples: ['ones'] }, 'at least one example'],
  ['no answer', { answer: undefined }, 'needs a function'],
  ['a change without a plan', { kind: 'change', risk: 'ordinary' }, 'needs a function'],
  ['a change without a risk', { kind: 'change', plan: () => undefined }, 'needs a risk'],
  ['no word about it', { about: '' }, 'does not say what it is about'],
  ['a word in one language only', { about: { en: 'x' } }, 'does not say what it is about'],
])('a command with %s is refused', (_what, part, words) => {
  expect(english(faultsOfPlugin(withCommand(part)))).toContain(words);
});

test('every fault is told at once', () => {
  expect(faultsOfPlugin(withCommand({ permission: '', examples: [], needs: ['x'] }))).toHaveLength(3);
});

test('two commands, or a command and an alias, cannot share a name', () => {
  const plugin = withCommand({});
  const twice = { ...plugin, commands: [...plugin.commands, { ...plugin.commands[0], name: 'two', aliases: ['one'] }] };
  expect(english(faultsOfPlugin(twice as Plugin))).toContain('Two commands are called “one”');
});

test('what takes the rest of the line must be the last, and only one thing can', () => {
  expect(withArgs({ a: arg.text({ about }), b: arg.word({ about }) })).toContain('must be the last');
  expect(withArgs({ a: arg.words({ about }), b: arg.text({ about }) })).toContain('must be the last');
  expect(withArgs({ a: arg.word({ about }), b: arg.text({ about }) })).toBe('');
  expect(withArgs({ a: arg.text({ about }), vars: arg.vars({ about }) })).toContain('would read');
});

test('a required argument cannot come after an optional one, unless a word stands before it', () => {
  expect(withArgs({ a: arg.word({ about, optional: true }), b: arg.word({ about }) })).toContain('cannot come after');
  expect(withArgs({ a: arg.word({ about, optional: true }), b: arg.word({ about, after: 'to' }) })).toBe('');
  expect(withArgs({ a: arg.word({ about, optional: true }), b: arg.word({ about, named: true }) })).toBe('');
});

test('choices, bounds, names and keywords must make sense', () => {
  expect(withArgs({ a: arg.choice({ about, choices: [] }) })).toContain('needs choices');
  expect(withArgs({ a: arg.choice({ about, choices: ['x', 'x'] }) })).toContain('needs choices');
  expect(withArgs({ a: { ...arg.choice({ about, choices: ['x', 'y'] }), default: 'z' } })).toContain(
    'no choice of its own',
  );
  expect(withArgs({ a: arg.number({ about, min: 3, max: 2 }) })).toContain('minimum above');
  expect(withArgs({ a: arg.number({ about, min: 3, default: 2 }) })).toContain('out of its bounds');
  expect(withArgs({ 'a b': arg.word({ about }) })).toContain('must be named by a word');
  expect(withArgs({ help: arg.flag({ about, optional: true }) })).toContain('keeps for itself');
  expect(withArgs({ a: arg.word({ about, after: 'to' }), b: arg.word({ about, after: 'to' }) })).toContain(
    'like another one',
  );
  expect(withArgs({ a: { ...arg.word({ about }), kind: 'shell' as 'word' } })).toContain('no known kind');
});

test.each([[undefined], [null], [4], ['x'], [[]], [{}], [{ name: 'x' }], [{ name: 'x', settings: {}, commands: [] }]])(
  'what is no plugin at all is refused, not a crash: %j',
  (thing) => expect(english(faultsOfPlugin(thing as unknown as Plugin))).toContain('is not a plugin'),
);

test('a background job more often than once a second is refused', () => {
  const job = { ...withCommand({}), every: { seconds: 0.1, run: async () => {} } };
  expect(english(faultsOfPlugin(job))).toContain('at most once a second');
});

test('a plugin provides only what there is, and by a function', () => {
  const providing = (provides: unknown) => english(faultsOfPlugin({ ...withCommand({}), provides } as Plugin));
  expect(providing({ metrics: () => undefined })).toBe('');
  expect(providing({ secrets: () => undefined })).toContain('not “secrets”');
  expect(providing({ logs: {} })).toContain('not “logs”');
});
