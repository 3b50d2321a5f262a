import { expect, test } from 'vitest';
import { type AuditEntry, auditActions } from '#core/audit.ts';
import { inLanguage } from '#core/text.ts';
import { sentenceOf } from '../../plugins/audit/sentences.ts';

test.each(auditActions)('%s has words for people, in both languages', (action) => {
  const entry = { seq: 1, at: '', actor: 'console:local:ada', action, details: {}, previous: '', hash: '' };
  const sentence = sentenceOf(entry, new Map(), new Map());
  for (const language of ['en', 'fr'] as const) expect(inLanguage(sentence, language)).not.toContain(`: ${action}`);
});

const says = (entry: Partial<AuditEntry>, who = new Map()) => {
  const whole = { seq: 1, at: '', actor: 'service:command-line', action: '', details: {}, previous: '', hash: '' };
  const sentence = sentenceOf({ ...whole, ...entry }, new Map(), who);
  return [inLanguage(sentence, 'en'), inLanguage(sentence, 'fr')];
};

test('a token tells which account made it, for whom and with which roles', () => {
  const details = { account: 'root', actor: 'service:ci', roles: ['operator', 'lead'], label: 'ci' };
  expect(says({ action: 'token.created', details })).toEqual([
    'The account root made a token for service:ci (operator, lead)',
    'Le compte root a créé un jeton pour service:ci (operator, lead)',
  ]);
  const ben = new Map([['console:local:ben', { name: 'Ben', short: 'ben', shown: 'Ben' }]]);
  expect(says({ action: 'token.created', details: { ...details, actor: 'console:local:ben' } }, ben)[0]).toBe(
    'The account root made a token for Ben (operator, lead)',
  );
  expect(says({ action: 'token.removed', details: { account: 'root', actor: 'service:ci', id: 3 } })).toEqual([
    'The account root removed a token of service:ci',
    'Le compte root a retiré un jeton de service:ci',
  ]);
});

test('an entry about a token that says no more is told too', () => {
  expect(says({ action: 'token.created' })[0]).toBe('service:command-line made a token');
  expect(says({ action: 'token.removed' })[0]).toBe('service:command-line removed a token');
});

test('the account behind a service is named though the two are called alike', () => {
  const who = new Map([['service:ben', { short: 'ben', shown: 'service:ben' }]]);
  const entry = { actor: 'service:ben', via: 'ben', action: 'login' };
  expect(says(entry, who)[0]).toBe('service:ben (ben) logged in');
});
