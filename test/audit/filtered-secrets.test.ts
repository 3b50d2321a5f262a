import { assert as check, constantFrom, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { createRedactor, redacted } from '#audit/redact.ts';
import { value } from '../playbook/templates/support.ts';

const signs = `abcXYZ019'"\\/+=&<>#$%@!?*.,:;~^|(){}[] éßü`;
const secrets = string({ unit: constantFrom(...signs), minLength: 8, maxLength: 24 }).filter(
  (secret) => secret.trim() === secret && /[a-zA-Z]/.test(secret) && /\d/.test(secret) && !/[{][{%#]/.test(secret),
);

test.each([
  's | quote',
  's | urlencode',
  's | to_json',
  's | to_nice_json',
  's | e',
  's | regex_escape',
  "s | regex_escape('posix_basic')",
  's | upper',
  's | lower',
  's | b64encode',
  '[s] | string',
  '{"a": s} | string',
  '{"a": s} | to_json | quote',
  's | tojson',
])('a secret is hidden behind {{ %s }}', (expression) => {
  check(
    property(secrets, (secret) => {
      const shown = String(value(`before {{ ${expression} }} after`, { s: secret }));
      const clean = createRedactor([secret]).text(shown);
      expect(clean, shown).toContain(redacted);
      expect(clean.length).toBeLessThan(60);
    }),
    { numRuns: 300 },
  );
});
