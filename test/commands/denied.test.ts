import { afterEach, expect, it } from 'vitest';
import { inLanguage } from '#core/text.ts';
import { change, definePlugin, z } from '#kit';
import { type TestBot, testBot } from '#testing';

const [ada, ben] = ['memory:local:ada', 'memory:local:ben'] as const;

const plugin = definePlugin({
  name: 'drop',
  about: 'a change that wants an approval',
  settings: z.object({}),
  commands: [
    change({
      ...{
        name: 'drop',
        about: 'drop',
        permission: 'drop.run',
        risk: 'grave',
        needs: [],
        args: {},
        examples: ['drop'],
      },
      plan: () => ({ do: 'play', title: 'Drop', playbook: 'drop.yml', vars: {} }),
    }),
  ],
});

let bot: TestBot;
afterEach(() => bot.stop());

it('an order that somebody denied is called denied, and one that its asker took back cancelled', async () => {
  bot = await testBot(plugin, {
    people: { [ada]: ['everything'], [ben]: ['everything'] },
    hosts: { db: ['db-1'] },
    playbooks: { 'drop.yml': '- hosts: db\n  gather_facts: false\n  tasks:\n    - shell: echo drop\n' },
  });
  const said = async (line: string) => {
    const { refusal } = await bot.order(line, ada);
    return (['en', 'fr'] as const).map((language) => inLanguage(refusal?.say ?? '', language));
  };
  const [one, two] = [await bot.order('drop', ada), await bot.order('drop', ada)];
  await bot.order(`deny ${one.id}`, ben);
  await bot.order(`cancel ${two.id}`, ada);
  expect(await bot.store.orders.get(one.id)).toMatchObject({ state: 'cancelled', refusal: { code: 'order.denied' } });
  for (const word of ['cancel', 'confirm'])
    expect(await said(`${word} ${one.id}`), word).toEqual([
      `Order ${one.id} was denied by ben; nothing was run.`,
      `L’ordre ${one.id} a été refusé par ben ; rien n’a été exécuté.`,
    ]);
  expect((await said(`cancel ${two.id}`))[0]).toBe(`Order ${two.id} waits for nothing: it was cancelled.`);
});
