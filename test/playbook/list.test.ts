import { execFile } from 'node:child_process';
import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Log, silentLog } from '#core/log.ts';
import { createPlaybookList, type PlaybookList } from '#playbook/list.ts';
import { underModes } from '../support/ordinary.ts';

let root: string;
let list: PlaybookList;
let logged: string[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'playbook-list-'));
  logged = [];
  const log: Log = { ...silentLog, warn: (fields) => logged.push(String((fields as { file?: string }).file)) };
  list = createPlaybookList(log);
});
afterEach(() => rmSync(root, { recursive: true }));

const put = (name: string, text: string) => writeFileSync(join(root, name), text);
const plays = (name: string) => `- name: ${name}\n  hosts: all\n`;
/** How many bytes this process has read so far. */
const bytesRead = (): number => Number(/^rchar: (\d+)/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);

describe('the list of playbooks', () => {
  it('knows a file that changed, came, was put in the place of another or went', async () => {
    put('a.yml', plays('one'));
    expect(await list(root)).toEqual([{ name: 'a', about: 'one', hosts: ['all'] }]);
    put('a.yml', plays('two'));
    put('b.yml', plays('three'));
    expect((await list(root)).map(({ about }) => about)).toEqual(['two', 'three']);
    put('c.tmp', plays('tri'));
    renameSync(join(root, 'c.tmp'), join(root, 'a.yml'));
    utimesSync(join(root, 'a.yml'), 1, 1);
    expect((await list(root)).map(({ about }) => about)).toEqual(['tri', 'three']);
    rmSync(join(root, 'a.yml'));
    expect((await list(root)).map(({ name }) => name)).toEqual(['b']);
  });

  it('reads nothing again that is as it was, and no table at all', async () => {
    put('table.yml', Array.from({ length: 12_000 }, (_, index) => `key_${index}: ${index}\n`).join(''));
    const tasks = '    - debug: { msg: "some words" }\n'.repeat(3_000);
    put('long.yml', `- hosts: all\n  name: long\n  tasks:\n${tasks}`);
    expect(await list(root)).toEqual([{ name: 'long', about: 'long', hosts: ['all'] }]);
    const before = bytesRead();
    for (let times = 0; times < 20; times += 1) await list(root);
    expect(bytesRead() - before).toBeLessThan(tasks.length); // once would be more
  });

  it('lists a playbook that is too large by its name, and leaves out what is too large and none', async () => {
    put('large.yml', '# Large\n- hosts: all\n  tasks: []\n');
    put('data.yml', '- a\n- b\n');
    for (const name of ['large.yml', 'data.yml']) truncateSync(join(root, name), 3 * 1024 ** 3); // no disk is used
    expect(await list(root)).toEqual([{ name: 'large', about: '' }]);
    expect(logged).toEqual([]);
  });

  it('lists a playbook that only imports others', async () => {
    put('site.yml', '- import_playbook: web.yml\n');
    put('other.yml', '- ansible.builtin.import_playbook: web.yml\n');
    expect((await list(root)).map(({ name }) => name)).toEqual(['other', 'site']);
  });

  it('leaves out what cannot be read, says so once, and lists it when it can', async () => {
    put('a.yml', plays('one'));
    put('shut.yml', plays('two'));
    chmodSync(join(root, 'shut.yml'), 0);
    const child = join(import.meta.dirname, 'list-child.ts');
    const [program, words] = underModes(process.execPath, child, root);
    const { stdout } = await promisify(execFile)(program, words);
    expect(JSON.parse(stdout)).toEqual({ lists: [['a'], ['a'], ['a', 'shut']], logged: [join(root, 'shut.yml')] });
  });

  it('leaves out names that nobody sees as they are', async () => {
    for (const name of ['good', 'two\nlines', 'red\u001b[31m', 'hid\u200bden', '\u202eback'])
      put(`${name}.yml`, plays('x'));
    put('né à.yml', plays('y'));
    expect((await list(root)).map(({ name }) => name)).toEqual(['good', 'né à']);
  });

  it('lists never twice at a time, and never what was before the question', async () => {
    put('a.yml', plays('one'));
    const first = list(root);
    const [second, third] = [list(root), list(root)];
    expect(second).toBe(third);
    await first;
    put('b.yml', plays('two'));
    const last = list(root);
    expect((await last).map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it.each([
    ['a mark of the byte order', '\ufeff- hosts: all\n', true],
    ['a first line with three dashes', '--- # words\n- hosts: all\n', true],
    ['a play on the line of the dashes', '--- [{ hosts: all }]\n', true],
    ['JSON', '[{ "hosts": "all" }]', true],
    ['comments and empty lines first', '\n# one\n\n  # two\n---\n\n- hosts: all\n', true],
    ['a list without hosts', '- a: 1\n', false],
    ['a mapping', '# words\n---\na: [1]\n', false],
    ['nothing', '', false],
    ['a fault', '- hosts: [\n', true],
  ])('%s', async (_what, text, isListed) => {
    put('a.yml', text);
    expect((await list(root)).length > 0).toBe(isListed);
  });
});

describe('what a playbook asks for', () => {
  it('is listed once each, in its words, and is wanted when it is open and has no default', async () => {
    const prompts = [
      '{ name: version, prompt: "Which version? ", private: false }',
      '{ name: colour, default: blue, private: no }',
      '{ name: password }',
      '{ name: key, private: true }',
      '{ name: "{{ x }}", private: false }',
      'wrong',
    ];
    const play = `- hosts: web\n  vars_prompt:\n${prompts.map((one) => `    - ${one}\n`).join('')}`;
    put('ask.yml', play + play);
    expect(await list(root)).toEqual([
      {
        name: 'ask',
        about: '',
        hosts: ['web'],
        prompts: [
          { name: 'version', about: 'Which version', isWanted: true },
          { name: 'colour', isWanted: false },
          { name: 'password', isWanted: false, isHidden: true },
          { name: 'key', isWanted: false, isHidden: true },
        ],
      },
    ]);
  });
});
