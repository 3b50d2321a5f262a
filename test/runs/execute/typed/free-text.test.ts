import { afterEach, describe, expect, it } from 'vitest';
import { inLanguage } from '#core/text.ts';
import { arg, change, definePlugin, z } from '#kit';
import { type TestBot, testBot } from '#testing';
import run from '../../../../plugins/run/index.ts';

/** Gives a playbook a text that a person typed, and one from its settings. */
const news = definePlugin({
  name: 'news',
  about: 'Of a team',
  settings: z.object({}),
  commands: [
    change({
      name: 'tell',
      about: 'Tell',
      permission: 'news.tell',
      risk: 'ordinary',
      needs: [],
      args: { what: arg.text({ about: 'what' }) },
      examples: ['tell all is well'],
      plan: ({ args: { what } }) => ({
        do: 'play',
        title: 'Tell',
        playbook: 'site.yml',
        vars: { word: what },
        chosen: { from: 'the team; all of it' },
      }),
    }),
  ],
});

let bot: TestBot;
afterEach(() => bot?.stop());

/** What no guard can follow: a function of the author's that has its word read as a program. */
const task = `    - shell: 'f() { sh -c "echo $1" > {{ home }}/said; }; f {{ word | to_json | quote }}'`;

const ordered = async (line: string, play = '', tasks = task) => {
  const playbook = `- hosts: web\n  gather_facts: false\n${play}  tasks:\n${tasks}\n`;
  bot = await testBot([run, news], { hosts: { web: ['web-1'] }, playbooks: { 'site.yml': playbook } });
  return bot.order(line);
};

describe('a variable of a playbook that asks for no text', () => {
  it.each([
    'a b',
    'a;id',
    '$(id)',
    '`id`',
    '{{ a }}',
    'a|b',
    'a&b',
    'a>b',
    "it's",
    'a"b',
    'a*',
    'a?',
    '[a]',
    '~',
    '~root/a',
    '-rf',
    '--all',
    '-1a',
    '..',
    '../a',
    'a/..',
    'a/../b',
    'a\\nb',
    '#a',
    '!a',
    'a(b)',
    'a/b',
    '/srv/a',
    'a:b',
    'http://a',
    'a@b.org',
    '@/etc/passwd',
    'SHELL=./a',
    'a,b',
    'a%b',
    '.',
    '.bashrc',
    'a\u0000b',
    '',
    '+main',
    'jq-',
    '1.19-1-',
    '-1-',
    'a\u00a0b',
  ])('does not take %j', async (word) => {
    const order = await ordered(`run site word=${JSON.stringify(word)}`);
    expect(order.refusal?.code ?? order.state).toMatch(/^(?:run\.variable_text|line\..+)$/);
    expect(await bot.store.plans.get(order.planHash ?? '')).toBeUndefined();
  });

  it.each([
    'v2',
    '1.2.3',
    '1.2~rc1',
    '-1',
    '-0.5',
    'g++',
    'web-1.example.org',
    'a..b',
    'v1.2+build_3',
    'Zürich',
    '東京',
  ])('takes %j', async (word) => {
    const order = await ordered(
      `run site word="${word}"`,
      '',
      '    - debug: { msg: "{{ word }}" }\n    - file: { path: "{{ home }}/a", state: touch }',
    );
    expect(order.refusal?.say ?? order.state).toBe('confirming');
  });

  it('takes none in a list, a mapping or the name of a key', async () => {
    for (const value of ['["a", "b c"]', '["a", ""]', '{"": 1}', '{"a": {"b": "c d"}}', '{"a b": 1}'])
      expect((await ordered(`run site word='${value}'`)).refusal?.code, value).toBe('run.variable_text');
  });

  it('takes none through a plugin, but what that chose itself', async () => {
    expect((await ordered('tell a b')).refusal?.code).toBe('run.variable_text');
    const tasks = '    - copy: { content: "{{ from | to_json }} {{ word }}", dest: "{{ home }}/a" }';
    expect((await ordered('tell ok', '', tasks)).state).toBe('confirming');
  });

  it('says which, what it takes, and what lets it take more', async () => {
    const { refusal } = await ordered('run site other=ok word="a b"');
    expect(inLanguage(refusal?.say ?? '', 'en')).toBe(
      'The variable “word” takes one plain word: letters, digits and . _ + - ~ between them.',
    );
    expect(inLanguage(refusal?.next ?? '', 'fr')).toContain('vars_prompt: [{ name: word, unsafe: true }]');
  });

  it('is left out rather than given nothing, and who gives nothing reads that', async () => {
    const { refusal } = await ordered('run site other=ok word=');
    expect(inLanguage(refusal?.say ?? '', 'en')).toBe('The variable “word” was given nothing.');
    expect(inLanguage(refusal?.next ?? '', 'en')).toContain('Leave it out');
  });
});

describe('a variable of a playbook that asks for text', () => {
  it('is one line on the card that one says yes to', async () => {
    const asks = '  vars_prompt: [{ name: word, unsafe: true }]\n';
    const tasks = '    - copy: { content: "{{ word | to_json }}", dest: "{{ home }}/a" }';
    const order = await ordered('run site word="a\nother=evil"', asks, tasks);
    const shown = order.card?.fields?.find(({ label }) => inLanguage(label, 'en') === 'Variables');
    expect([order.state, inLanguage(shown?.value ?? '', 'en')]).toEqual(['confirming', 'word=a⏎other=evil']);
  });

  const asked = '  vars_prompt: [{ name: word, unsafe: yes }]\n';

  it('takes it, and what the guards know is still refused', async () => {
    const tasks = '    - copy: { content: "{{ word | to_json }}", dest: "{{ home }}/a" }';
    expect((await ordered('run site word="a b; id"', asked, tasks)).state).toBe('confirming');
    const refused = await ordered('run site word="a b; id"', asked, '    - shell: echo {{ word }}');
    expect(refused.refusal?.code).toBe('step.typed_in_shell');
  });

  it('is that one only', async () => {
    expect((await ordered('run site word=a other="a b"', asked)).refusal?.code).toBe('run.variable_text');
    const safe = '  vars_prompt: [{ name: word, unsafe: false }]\n';
    expect((await ordered('run site word="a b"', safe)).refusal?.code).toBe('run.variable_text');
  });

  it('is asked for by true or false', async () => {
    const { refusal } = await ordered('run site word=a', '  vars_prompt: [{ name: word, unsafe: maybe }]\n');
    expect(inLanguage(refusal?.say ?? '', 'en')).toContain('site.yml:3:39: unsafe must be true or false');
  });
});
