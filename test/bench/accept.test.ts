import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { accept } from '../../bench/accept/accept.ts';

const folder = mkdtempSync(join(tmpdir(), 'accept-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('tasks are counted one by one, with the reason of each that is refused', () => {
  mkdirSync(join(folder, 'roles/web/tasks'), { recursive: true });
  writeFileSync(
    join(folder, 'roles/web/tasks/main.yml'),
    '- block:\n    - debug: msg=a\n    - nosuch: x\n  rescue:\n    - {name: r, debug: }\n- include_tasks: elsewhere.yml\n',
  );
  writeFileSync(join(folder, 'site.yml'), '- hosts: all\n  roles: [elsewhere]\n  tasks:\n    - nosuch: y\n');
  writeFileSync(join(folder, 'notes.yml'), '- nosuch: this is no list of tasks\n');
  const { tasks, accepted, reasons } = accept(folder);
  expect({ tasks, accepted }).toEqual({ tasks: 5, accepted: 3 });
  expect([...reasons]).toEqual([['“nosuch” is neither a task keyword nor a module', 2]]);
});
