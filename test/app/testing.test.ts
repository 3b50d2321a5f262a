import { expect, test } from 'vitest';
import { refusalOf } from '#core/errors.ts';
import { inLanguage } from '#core/text.ts';
import { definePlugin, question, z } from '#kit';
import { checkPlugin, testBot } from '#testing';

const one = (name: string, part: object = {}) =>
  question({
    ...{ name, about: 'a test', permission: 'one.use', needs: [], args: {}, examples: [name], ...part },
    answer: () => ({ tone: 'info', title: 'x' }),
  });

const plugin = (commands: ReturnType<typeof one>[], settings: z.ZodType = z.object({})) =>
  definePlugin({ name: 'one', about: 'a test', settings, commands });

/** Why no bot starts with it. */
async function whyNot(given: ReturnType<typeof plugin>) {
  const thrown: unknown = await testBot(given).then(
    (bot) => bot.stop(),
    (fault: unknown) => fault,
  );
  const refusal = refusalOf(thrown);
  return refusal && `${refusal.code}: ${inLanguage(refusal.say, 'en')}`;
}

test('a bot for tests does not start with a plugin that the bot would not load', async () => {
  expect(await whyNot(plugin([one('hello')]))).toBe(
    'plugin.clash: The plugin one does not load: The command “hello” belongs to the bot itself.',
  );
  expect(await whyNot(plugin([one('one', { aliases: ['yes'] })]))).toContain('“yes” belongs to the bot itself');
  expect(await whyNot(plugin([one('one', { permission: undefined })]))).toContain('“one” needs a permission');
  expect(await whyNot(plugin([one('twice'), one('twice')]))).toContain('Two commands are called “twice”');
});

test('it tells every fault, and of a setting what must stand there', async () => {
  const faults = await whyNot(plugin([one('one', { permission: undefined, examples: [] })]));
  expect(faults).toMatch(/needs a permission.*\n.*at least one example/);
  const settings = z.object({ url: z.string(), port: z.number() });
  expect(await whyNot(plugin([one('one')], settings))).toBe(
    'plugin.settings: plugins.settings.one.url is missing: it takes text.\n' +
      'plugins.settings.one.port is missing: it takes a number.',
  );
});

test('the names of the bot are known to who checks a plugin', () => {
  expect(checkPlugin(plugin([one('plan')]))).toMatchObject([{ code: 'plugin.clash' }]);
});
