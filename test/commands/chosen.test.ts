import { afterEach, expect, it } from 'vitest';
import { arg, change, definePlugin, z } from '#kit';
import { type TestBot, testBot } from '#testing';

/** The guards of what may be text are what is looked at here. */
const asked =
  '  vars_prompt: [{ name: word, unsafe: true }, { name: mixed, unsafe: true }, { name: changed, unsafe: true }, { name: part, unsafe: true }]\n';

const shell = (line: string) =>
  `- hosts: all\n  gather_facts: false\n${asked}  tasks:\n    - shell: ${line}\n    - debug: { msg: "{{ word }}" }\n`;

/** A plugin that puts what is typed, and what its settings say, into variables. */
const plugin = definePlugin({
  name: 'echoing',
  about: 'echo',
  settings: z.object({ url: z.string().default('http://x/?a=1&b=2') }),
  commands: [
    change({
      name: 'shout',
      about: 'echo',
      permission: 'echo.run',
      risk: 'ordinary',
      needs: [],
      args: { word: arg.text({ about: 'a word' }) },
      examples: ['shout "a b"'],
      plan: ({ args }) => ({
        do: 'play',
        title: 'echo',
        playbook: 'echo.yml',
        vars: {},
        chosen: {
          word: args.word,
          url: 'http://x/?a=1&b=2',
          mixed: `-x ${args.word}`,
          changed: ` ${args.word.toUpperCase()} `,
          part: args.word.split(' ')[0] ?? '',
        },
      }),
    }),
  ],
});

let bot: TestBot;
afterEach(() => bot.stop());

async function stateOf(line: string, order: string): Promise<string> {
  bot = await testBot([plugin], { hosts: { web: ['web-1'] }, playbooks: { 'echo.yml': shell(line) } });
  const { state, refusal } = await bot.order(order);
  return refusal?.code ?? state;
}

it('what the settings say may stand in a shell as it is', async () => {
  expect(await stateOf('"true {{ url }}"', 'shout "a; b"')).toBe('confirming');
});

it.each(['word', 'mixed', 'changed', 'part'])(
  'what a plugin says of what is typed counts for nothing: %s',
  async (name) => {
    expect(await stateOf(`"true {{ ${name} }}"`, 'shout "a; b"')).toBe('step.typed_in_shell');
  },
);

it('an option that was typed is not from the settings', async () => {
  expect(await stateOf('rm {{ word | quote }}', 'shout "-rf"')).toBe('step.typed_in_shell');
});

it.each(['..', 'a/b'])('a word that leads elsewhere in a path is not from the settings: %s', async (word) => {
  const play = `- hosts: all\n  gather_facts: false\n${asked}  tasks:\n    - file: { path: "/srv/x/{{ word }}", state: absent }\n`;
  bot = await testBot([plugin], { hosts: { web: ['web-1'] }, playbooks: { 'echo.yml': play } });
  const { state, refusal } = await bot.order(`shout "${word}"`);
  expect(refusal?.code ?? state).toBe('step.typed_in_path');
});
