import { expect, it } from 'vitest';
import { createAuditGuard } from '#app/audit-guard.ts';
import { keepAnchor } from '#app/keep-anchor.ts';
import { Undo } from '#app/undo.ts';
import { silentLog } from '#core/log.ts';

it('a chain that was cut stops the runs under way, and that is said', async () => {
  const auditGuard = createAuditGuard();
  const done: string[] = [];
  const anchor = { note: async () => undefined, keep: async () => undefined, newest: () => undefined };
  const undo = new Undo();
  keepAnchor(
    {
      auditGuard,
      anchor,
      log: silentLog,
      settings: () => ({ language: 'en' }),
      store: { audit: { last: async () => [], from: async () => [] } },
    },
    { halt: () => done.push('halt') },
    { onBoard: (key) => done.push(key), notice: (words) => done.push(words) },
    undo,
  );
  auditGuard.cut({ seq: 7, hash: 'h' });
  await undo.all();
  expect(done).toEqual([
    'halt',
    expect.stringMatching(/entry 7.*Nothing more is done.*Runs under way stop after their step\.$/s),
    'audit',
  ]);
});
