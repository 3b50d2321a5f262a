import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { underModes } from '../support/ordinary.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'unreadable-'));
  await mkdir(join(root, 'tasks'));
  await writeFile(join(root, 'site.yml'), '- hosts: all\n  tasks:\n    - import_tasks: tasks/more.yml\n');
  await writeFile(join(root, 'tasks/more.yml'), '- ping:\n');
});
afterEach(() => rm(root, { recursive: true }));

it.each(['site.yml', 'tasks/more.yml'])(
  'a playbook of which %s cannot be read is refused with its name',
  async (name) => {
    await chmod(join(root, name), 0);
    const [program, words] = underModes(process.execPath, join(import.meta.dirname, 'unreadable-child.ts'), root);
    const { stdout } = await promisify(execFile)(program, words);
    const [code, say] = JSON.parse(stdout);
    expect([code, say.en]).toEqual(['playbook.unreadable', `${name} is there, but cannot be read.`]);
  },
);
