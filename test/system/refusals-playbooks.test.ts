import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newDataFolder, quarterdeck, removeDataFolder } from '../support/real-bot.ts';

let data: string;
beforeAll(async () => {
  data = await newDataFolder();
  await mkdir(join(data, 'books'));
  await writeFile(join(data, 'good.ini'), '[web]\nweb-1 ansible_host=127.0.0.1 ansible_port=1\n');
  await writeFile(join(data, 'own.ini'), 'own ansible_connection=local\n');
  await writeFile(join(data, 'books/good.yml'), '- hosts: all\n  tasks:\n    - debug: { msg: hello }\n');
});
afterAll(() => removeDataFolder(data));

/** Plans a playbook of this text with the real binary; what it said. */
async function plan(text: string, inventory = 'good.ini') {
  await writeFile(join(data, 'books/bad.yml'), text);
  return quarterdeck(data, ['plan', 'books/bad.yml', '-i', inventory]);
}

const task = (line: string) => `- hosts: all\n  tasks:\n    - ${line}\n`;

describe('a playbook with something in it that is not supported', () => {
  it.each([
    ['a role that is not there', '- hosts: all\n  roles: [nginx]\n', /bad\.yml:2:\d+.*nginx/],
    ['a size of batches that is none', '- hosts: all\n  serial: many\n  tasks: []\n', /bad\.yml:2:\d+.*serial/],
    ['a file of tasks that is not there', task('include_tasks: more.yml'), /bad\.yml:3:\d+.*more\.yml/],
    ['a way to hosts that is none', task('debug: { msg: x }\n      connection: chroot'), /bad\.yml:4:\d+.*connection/],
    ['a module that is not there', task('ec2: name=nginx'), /bad\.yml:3:\d+.*ec2/],
    ['an unknown argument', task('file: { path: /x, stat: absent }'), /bad\.yml:3:\d+.*stat/],
    ['an unknown filter', task('debug: { msg: "{{ x | sortt }}" }'), /bad\.yml:3:\d+.*sortt/],
    ['a key twice', task('debug: { msg: x }\n      debug: { msg: y }'), /bad\.yml:4:\d+/],
    ['a tab', '- hosts: all\n\ttasks: []\n', /bad\.yml:2:\d+/],
    ['nothing', '', /bad\.yml/],
  ])('is refused with its place: %s', async (_what, text, place) => {
    const { code, out, error } = await plan(text);
    expect(code).toBe(4); // as ansible-playbook
    expect(error).toMatch(place);
    expect(out + error).not.toMatch(/\n\s+at |node:internal/);
  });

  it('is told all its faults at once', async () => {
    const { error } = await plan('- hosts: all\n  serial: x\n  roles: [a]\n  tasks:\n    - ec2: name=x\n');
    for (const place of ['bad.yml:2:', 'bad.yml:3:', 'bad.yml:5:']) expect(error).toContain(place);
  });

  it('is told its first ten when it is to be run too, in the language of the terminal', async () => {
    const tasks = Array.from({ length: 13 }, () => '    - ec2: name=x\n').join('');
    await writeFile(join(data, 'books/bad.yml'), `- hosts: all\n  tasks:\n${tasks}`);
    const around = { env: { LC_ALL: 'fr_FR.UTF-8' } };
    const { code, error } = await quarterdeck(data, ['run', 'books/bad.yml', '-i', 'good.ini'], around);
    expect(code).toBe(4);
    expect(error.match(/^bad\.yml:\d+:\d+/gm)).toHaveLength(10);
    expect(error).toContain('\net 3 de plus\n');
  });

  it('is told all that is wrong in a file whose name only the plan knows', async () => {
    await writeFile(join(data, 'books/part.yml'), '- ec2: name=x\n- ec2: name=y\n');
    const include = task('include_tasks: "{{ which }}.yml"\n      vars: { which: part }');
    const { out } = await plan(include.replace('  tasks', '  gather_facts: false\n  tasks'), 'own.ini');
    for (const place of ['part.yml:1:', 'part.yml:2:']) expect(out).toContain(place);
  });
});

describe('an inventory that cannot be read', () => {
  it.each([
    ['bad.ini', '[web\nweb-1\n', /bad\.ini:1:\d+/],
    ['bad.yaml', 'all:\n  hosts: [web-1]\n', /bad\.yaml:2:\d+/],
    ['none.ini', undefined, /none\.ini/],
  ])('is refused with its place: %s', async (name, text, place) => {
    if (text !== undefined) await writeFile(join(data, name), text);
    const { code, error } = await quarterdeck(data, ['plan', 'books/good.yml', '-i', name]);
    expect(code).toBe(1);
    expect(error).toMatch(place);
  });

  it('is apart from a host that does not answer', async () => {
    const { code, out } = await quarterdeck(data, ['run', 'books/good.yml', '-i', 'good.ini']);
    expect([code, out]).toEqual([expect.any(Number), expect.stringMatching(/web-1\s+: ok=2/)]);
    await writeFile(join(data, 'books/far.yml'), '- hosts: all\n  tasks:\n    - command: "true"\n');
    const far = await quarterdeck(data, ['run', 'books/far.yml', '-i', 'good.ini']);
    expect(far.code).toBe(4);
    expect(far.out).toMatch(/unreachable=1/);
  });
});
