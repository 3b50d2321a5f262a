import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '#core/log.ts';
import { createPlaybookList } from '#playbook/list.ts';

// Runs under the modes of files: lists a folder twice, opens `shut.yml`, and lists it again.
const [, , root = ''] = process.argv;
const logged: unknown[] = [];
const list = createPlaybookList({ ...silentLog, warn: (fields) => logged.push('file' in fields && fields.file) });
const lists: (readonly string[])[] = [];
for (const isOpen of [false, false, true]) {
  if (isOpen) chmodSync(join(root, 'shut.yml'), 0o644);
  lists.push((await list(root)).map(({ name }) => name));
}
process.stdout.write(JSON.stringify({ lists, logged }));
