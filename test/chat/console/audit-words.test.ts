import { describe, expect, it } from 'vitest';
import { auditDetails, auditRow, joined } from '#chat/console/page/state/audit-entry.ts';
import { auditWords } from '#chat/console/page/words/audit.ts';
import type { WireAuditEntry } from '#chat/console/protocol.ts';
import { auditActions } from '#core/audit.ts';

const entry = (action: string, details: WireAuditEntry['details'] = {}): WireAuditEntry => ({
  seq: 1,
  at: '2026-11-24T10:00:00.000Z',
  actor: { id: 'console:local:ada', name: 'Ada' },
  action,
  details,
  hash: 'h',
});

describe.each(['en', 'fr'] as const)('the audit in %s', (language) => {
  const words = auditWords(language);

  it.each(auditActions)('has words for %s', (action) => {
    const { did } = auditRow(entry(action), words);
    expect(did).toMatch(/^\p{Lu}[\p{L}’ ]+$/u);
    expect(did).not.toContain(action);
  });

  it('has words of its own for all it says', () => {
    const other = auditWords(language === 'en' ? 'fr' : 'en');
    for (const action of auditActions) expect(words.did[action]).not.toBe(other.did[action]);
    expect(Object.keys(words.names)).toEqual(Object.keys(other.names));
    const refused = ['inAdvance', 'channel', 'port', 'permission', 'argument', 'given', 'instead', 'approvers', 'lock'];
    expect(Object.keys(words.names)).toEqual(expect.arrayContaining(refused));
  });
});

it('two pages of the audit that overlap hold each entry once', () => {
  const [three, two, one] = [3, 2, 1].map((seq) => ({ ...entry('login'), seq }));
  if (three === undefined || two === undefined || one === undefined) throw new Error('three entries');
  expect(joined([three, two], [two, one]).map(({ seq }) => seq)).toEqual([3, 2, 1]);
});

describe('an entry of the audit', () => {
  const words = auditWords('en');

  it.each([
    ['order.finished', { text: 'deploy shop v2', state: 'failed' }, { about: 'deploy shop v2', outcome: 'failed' }],
    ['order.refused', { text: 'restart db', code: 'x' }, { about: 'restart db', outcome: 'refused' }],
    ['order.approved', { text: 'restart db', hosts: ['db-1'] }, { about: 'restart db', hosts: ['db-1'] }],
    ['run.started', { run: 8, hosts: ['web-1', 'web-2'] }, { about: 'run 8', run: 8, hosts: ['web-1', 'web-2'] }],
    ['run.finished', { run: 8, state: 'interrupted' }, { about: 'run 8', outcome: 'interrupted' }],
    ['host.trusted', { host: 'web-9' }, { about: 'web-9', hosts: ['web-9'] }],
    ['token.created', { actor: 'service:ci' }, { about: 'service:ci' }],
    ['login.link_created', { actor: 'console:local:ben' }, { about: 'console:local:ben' }],
  ])('%s %j says what it is about, where and how it ended', (action, details, row) => {
    expect(auditRow(entry(action, details), words)).toMatchObject({ who: 'Ada', ...row });
  });

  it('of another version, or with details of another shape, is shown as it is', () => {
    const odd = entry('ship.sunk', { hosts: 'all', state: { constructor: 1 } });
    expect(auditRow(odd, words)).toMatchObject({ did: 'ship.sunk', hosts: [] });
    expect(auditRow(entry('order.finished', { state: 'constructor' }), words)).not.toHaveProperty('outcome');
  });

  it('has no JSON in its details', () => {
    const details = { args: { version: 'v2', force: true }, missing: ['a', 'b'], planHash: 'h', odd: null, run: 3 };
    const texts = auditDetails(details, words).map(({ name, value }) => `${name}: ${value}`);
    expect(texts).toEqual(['Arguments: version v2, force yes', 'Missing: a, b', 'Plan: h', 'odd: –', 'Run: 3']);
  });
});
