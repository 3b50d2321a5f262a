import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { callOf, folderWith, rigOver } from './rig.ts';

const page = async (name: string) => readFile(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

/** The plugin that a page of the documentation shows. */
const shown = async (): Promise<string> => {
  const blocks = [...(await page('writing-a-plugin.md')).matchAll(/```ts\n([\s\S]*?)```/g)].map(
    ([, code = '']) => code,
  );
  return blocks.find((code) => code.includes('definePlugin')) ?? '';
};

test('the change in writing-a-plugin.md loads, and proposes what the core takes', async () => {
  const { host } = await rigOver(await folderWith({ 'mark/index.ts': await shown() }));
  expect(host.faults()).toEqual([]);
  const call = { ...callOf('mark'), args: { hosts: ['web-1', 'web-2'], text: 'hello' } };
  expect(await host.propose(call, new AbortController().signal)).toEqual({
    ok: true,
    value: {
      do: 'play',
      title: { en: 'Mark web-1, web-2', fr: 'Marquer web-1, web-2' },
      playbook: 'mark.yml',
      limit: 'web-1,web-2',
      vars: { text: 'hello' },
    },
  });
});
