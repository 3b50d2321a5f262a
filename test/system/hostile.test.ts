import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { say } from '#app/cli/say.ts';
import { type Terminal, Usage } from '#app/cli/terminal.ts';
import { refusalOf } from '#core/errors.ts';
import { inLanguage, type Text } from '#core/text.ts';
import { ada, program, quarterdeck, type RealBot, realBots, type SeenOrder, titleOf } from '#test/support/real-bot.ts';
import { hostileLines, product } from './hostile-lines.ts';

const bots = realBots();
let bot: RealBot;
let own: string;
let canary: string;

const site = `- name: Write what was said
  hosts: web
  gather_facts: false
  vars_prompt: [{ name: name, default: nobody, unsafe: true }]
  tasks:
    - name: In a file
      copy: { content: "{{ name }}", dest: said.txt }
    - name: As a word of a command
      command: { argv: [printf, "%s", "{{ name }}"] }
      register: printed
    - name: Through a shell, quoted
      shell: printf %s {{ name | quote }} >shelled.txt
    - name: In a condition
      debug: { msg: "it is {{ name }}" }
      when: name != 'nobody'
    - name: What was printed
      copy: { content: "{{ printed.stdout }}", dest: printed.txt }
`;

const clean = `- name: Take an old version away
  hosts: web
  gather_facts: false
  tasks:
    - file: { path: "srv/shop/releases/{{ version }}", state: absent }
`;

beforeAll(async () => {
  own = await bots.folder();
  canary = join(own, 'canary');
  await mkdir(join(own, 'playbooks'));
  await cp(join(program, 'playbooks'), join(own, 'playbooks'), { recursive: true });
  await writeFile(join(own, 'playbooks', 'site.yml'), site);
  await writeFile(join(own, 'playbooks', 'clean.yml'), clean);
  await writeFile(join(own, 'quarterdeck.yaml'), 'harbour: true\nplaybooks: ./playbooks\n');
  bot = await bots.start(await bots.folder(), {}, ['--config', join(own, 'quarterdeck.yaml')]);
});
afterAll(() => bots.end());

/** Codes that say something broke inside, which no line may bring about. */
const broken =
  /^(?:order\.broken|store\.|plugin\.(?:failed|malformed|timeout|stuck|ended|memory)|run\.(?!not_found|variable_(?:set|text)))/;

/** What is wrong with an answer; nothing when it is one clear sentence. */
function faultsOf(order: SeenOrder | undefined): readonly string[] {
  if (order?.card === undefined) return [`no answer: ${JSON.stringify(order)?.slice(0, 200)}`];
  const title = titleOf(order.card);
  const all = JSON.stringify(order.card);
  return [
    ...(title.trim() === '' ? ['an empty title'] : []),
    ...(title.length >= 300 ? [`a title of ${title.length}`] : []),
    ...(title.includes('\n') ? ['a title of several lines'] : []),
    ...(/\\n\s+at |node:internal|\bat \S+:\d+:\d+/.test(all) ? ['a stack trace'] : []),
    ...(all.includes(program) ? ['a path of the program'] : []),
    ...(all.includes(product) ? ['a sum that was worked out'] : []),
    ...(/\[object Object\]|undefined is not|Cannot read prop/.test(title) ? [`a broken title: ${title}`] : []),
    ...(order.refusal && broken.test(order.refusal.code) ? [`the code ${order.refusal.code}`] : []),
    ...(['running', 'queued', 'working', 'received'].includes(order.state) ? [`the state ${order.state}`] : []),
  ];
}

/** What is wrong with the words of the terminal itself, where a line did not become an order. */
function faultsOfWords(words: string): readonly string[] {
  return [
    ...(/\S.*[.!?)]$/s.test(words.trim()) ? [] : [`no sentence: ${words.slice(0, 200)}`]),
    ...(words.length >= 400 ? [`${words.length} characters`] : []),
    ...(/\n\s+at |node:internal/.test(words) || words.includes(program) ? ['an inside view'] : []),
  ];
}

/** One line through `quarterdeck say`, as the command runs it, and what is wrong with what it printed. */
async function throughSay(text: string): Promise<readonly string[]> {
  const printed: string[] = [];
  const print = (words: Text) => void printed.push(inLanguage(words, 'en'));
  const env = { ...process.env, QUARTERDECK_DATA: bot.data };
  const terminal: Terminal = {
    language: 'en',
    env,
    signal: new AbortController().signal,
    out: print,
    error: print,
    lost: new Promise(() => undefined),
  };
  try {
    const code = await say.run(['--json', '--as', ada, '--', text], terminal);
    return [
      ...([0, 1, 4, 5].includes(code) ? [] : [`the exit code ${code}`]),
      ...faultsOf(JSON.parse(printed.join(''))),
    ];
  } catch (thrown) {
    const words = thrown instanceof Usage ? thrown.say : refusalOf(thrown)?.say;
    return words === undefined ? [`thrown: ${thrown}`] : faultsOfWords(inLanguage(words, 'en'));
  }
}

/** Every file below a folder, by name. */
const filesIn = async (folder: string): Promise<readonly string[]> =>
  readdir(folder, { recursive: true }).catch(() => []);

const noCanary = async () => {
  const found = [...(await filesIn(own)), ...(await filesIn(bot.data))];
  expect(found.filter((name) => name.includes('canary'))).toEqual([]);
};

describe('hostile and clumsy lines', () => {
  it('are each answered with one clear sentence and mean nothing to a shell or a template', async () => {
    const lines = hostileLines(canary);
    expect(lines.length).toBeGreaterThanOrEqual(500);
    const wrong: unknown[] = [];
    const tell = async (text: string) => {
      const faults = await throughSay(text);
      if (faults.length > 0) wrong.push([text.slice(0, 80), faults]);
    };
    const rest = [...lines];
    const lane = async () => {
      for (let line = rest.shift(); line !== undefined; line = rest.shift()) await tell(line);
    };
    await Promise.all(Array.from({ length: 8 }, lane));
    expect(wrong).toEqual([]);
    await noCanary();
    expect(titleOf((await bot.say('echo still here')).card)).toBe('still here');
  });

  it.each([
    '{{7*7}}',
    '{{ 7*7 }}',
    "{{ lookup('pipe','id') }}",
    '{% raw %}{{7*7}}{% endraw %}',
    "$(touch CANARY) `touch CANARY` ; touch CANARY | x & y > CANARY '\\''",
    '!unsafe \\n %s $HOME ~ *',
    'é 👩‍👩‍👧‍👦 — “quoted”',
  ])('the value %s reaches the hosts as it was typed', async (typed) => {
    const value = typed.replaceAll('CANARY', canary);
    const order = await bot.say(`run site name="${value.replace(/["\\]/g, '\\$&')}"`, { yes: true, wait: 60 });
    expect([order.state, order.refusal?.say]).toEqual(['done', undefined]);
    for (const host of ['web-1', 'web-2'])
      for (const name of ['said.txt', 'printed.txt', 'shelled.txt'])
        expect([name, await readFile(join(bot.data, 'harbour', host, name), 'utf8')]).toEqual([name, value]);
    await noCanary();
  });

  it.each([
    ['run site name={{7*7}}', 'confirming'],
    ['run site ansible_user=root', 'refused'],
    ['run site ansible_ssh_common_args=-oProxyCommand=id', 'refused'],
    ['run site hostvars=x', 'refused'],
    ['run site on {{7*7}}', 'refused'],
    ['run site.yml', 'confirming'],
    ['run ../playbooks/site', 'refused'],
    ['run /etc/passwd', 'refused'],
    ['run templates/shop.json.j2', 'refused'],
  ])('%s ends %s', async (line, state) => {
    const order = await bot.say(line);
    expect([order.state, faultsOf(order)]).toEqual([state, []]);
    if (order.state === 'confirming') await bot.say(`cancel ${order.id}`);
  });

  it.each([
    ['deploy shop ../v2', 'change.refused', 'shop has no version “../v2”'],
    ['run deploy app_version=../v2 on web-1', 'run.variable_text', '“app_version” takes one plain word'],
    ['run deploy shop_root=/etc', 'run.variable_set', '“shop_root” cannot be set from chat'],
    ['run deploy healthy=/etc', 'run.variable_set', 'deploy.yml:'],
    ['run clean version=..', 'run.variable_text', '“version” takes one plain word'],
    ['run clean version=.', 'run.variable_text', '“version” takes one plain word'],
    ['run clean version=""', 'step.typed_in_path', 'clean.yml:5: “version” was typed'],
    ['run clean version=v1/../..', 'run.variable_text', '“version” takes one plain word'],
    ['run clean version=v1/page.html', 'run.variable_text', '“version” takes one plain word'],
  ])('%s is refused in one sentence, and nothing is taken away', async (line, code, words) => {
    const order = await bot.say(line, { yes: true, wait: 60 });
    expect([order.refusal?.code, faultsOf(order)]).toEqual([code, []]);
    expect(JSON.stringify([order.card, order.refusal])).toContain(words);
    const shop = join(bot.data, 'harbour', 'web-1', 'srv/shop');
    expect(await filesIn(shop)).toContain('releases/v1/page.html');
  });

  it('a name of a version takes that version away, and no more', async () => {
    const releases = join(bot.data, 'harbour', 'web-1', 'srv/shop/releases');
    await mkdir(join(releases, 'v0'));
    expect((await bot.say('run clean version=v0', { yes: true, wait: 60 })).state).toBe('done');
    expect(await readdir(releases)).toEqual(['v1']);
  });

  it.each([
    ['help; touch CANARY', 1],
    ['$(touch CANARY)', 1],
    ['{{7*7}}', 1],
    ['--', 2],
    ['“help”', 0],
    ['help.', 0],
    ['HELP', 0],
    ['x'.repeat(100_000), 1],
    ['\u202ehelp', 0],
    ['', 2],
  ])('from a terminal too: %.40s', async (typed, code) => {
    const said = await quarterdeck(bot.data, ['say', typed.replaceAll('CANARY', canary)]);
    expect([said.code, said.out + said.error]).toEqual([code, expect.stringMatching(/\S/)]);
    expect(said.out + said.error).not.toContain(program);
    expect(said.out + said.error).not.toContain('49');
    await noCanary();
  });

  it.each([
    ['not JSON', 'application/json', '{"text":'],
    ['another type', 'text/plain', 'help'],
    ['no text', 'application/json', '{}'],
    ['text that is no text', 'application/json', '{"text":["help"]}'],
    ['an unknown field', 'application/json', '{"text":"help","confirmed":true}'],
    ['a prototype', 'application/json', '{"text":"help","__proto__":{"as":"console:local:ben"}}'],
    ['a key with a line break', 'application/json', '{"text":"help","key":"a\\nb"}'],
    ['a channel with a path', 'application/json', '{"text":"help","channel":"../ops"}'],
    ['a stranger', 'application/json', '{"text":"help","as":"console:local:eve"}'],
    ['too much', 'application/json', JSON.stringify({ text: 'x'.repeat(2_000_000) })],
    ['nothing', 'application/json', ''],
  ])('a request of the API with %s is refused with one sentence', async (_what, type, body) => {
    const access = JSON.parse(await readFile(join(bot.data, 'bot.json'), 'utf8'));
    const reply = await fetch(new URL('/api/v1/orders', bot.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${access.token}`, 'content-type': type },
      body,
    });
    const answer = await reply.text();
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.status).toBeLessThan(500);
    expect(JSON.parse(answer)).toEqual(
      expect.objectContaining({
        code: expect.stringMatching(/^[a-z]+\.[a-z_]+$/),
        say: expect.stringMatching(/\S.*\.$/s),
      }),
    );
    expect(answer).not.toContain(program);
    expect(answer).not.toMatch(/\\n\s+at /);
  });

  it('left the bot and its audit whole', async () => {
    const orders = await bot.call('GET', '/readyz');
    expect(orders.status).toBe(200);
    const verified = await quarterdeck(bot.data, ['audit', 'verify']);
    expect([verified.code, verified.error]).toEqual([0, '']);
    const log = await readFile(join(bot.data, 'quarterdeck.log'), 'utf8');
    expect(log.split('\n').filter((line) => line.includes('"level":50'))).toEqual([]);
  });
});
