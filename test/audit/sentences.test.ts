import { expect, test } from 'vitest';
import { auditActions } from '#core/audit.ts';
import { inLanguage } from '#core/text.ts';
import { sentenceOf } from '../../plugins/audit/sentences.ts';

test.each(auditActions)('%s has words for people, in both languages', (action) => {
  const entry = { seq: 1, at: '', actor: 'console:local:ada', action, details: {}, previous: '', hash: '' };
  const sentence = sentenceOf(entry, new Map(), new Map());
  for (const language of ['en', 'fr'] as const) expect(inLanguage(sentence, language)).not.toContain(`: ${action}`);
});
