import { describe, expect, it } from 'vitest';
import { refusal, sentence, value } from './support.ts';

/** What Python's `crypt` made of a password and a setting. */
const hashes: readonly (readonly [password: string, type: string, salt: string, rounds: number, hash: string])[] = [
  [
    'pw',
    'sha512',
    'saltsalt',
    0,
    '$6$saltsalt$pauPrmdmG4BTE9h2HPmywiw152IFch6BJCEsaY6D.PLTfpV8sqvXwWdyfsgVgozkYH9B80bAip/08R2BPH2xk/',
  ],
  [
    'pw',
    'sha512',
    'saltsaltsaltsalt',
    1500,
    '$6$rounds=1500$saltsaltsaltsalt$ygUMpFLXrgDi.DbH/3/Pn92ZEBFDO.PAYALjK5T7VPfj8DTu0jNWuZyfdMeTwrnbi3guzGDeAhiWzw6SK5cRT1',
  ],
  ['', 'sha512', 'a', 0, '$6$a$Z6IPkDduHdwavesVY2NFMpOHkigshxPYdhfLg0D3A7/XFQcso9RV2E8qczyJ2su.dj6RRLaTpvgwN1rZfK0I9.'],
  [
    'éa'.repeat(70),
    'sha512',
    './aZ',
    0,
    '$6$./aZ$Q0WatKXcVUgjCdia8ykcvVfT5GHliQYRj7rTm28m67gKQfm5pNTnfAEd7duMJjzbL5TcrUVCH71MVkaxRQjk.0',
  ],
  ['pw', 'sha256', 'saltsalt', 0, '$5$saltsalt$0rl.MZtoLLPP3X0Rdl8riRnphIcAXJY27/aOAyK2hB5'],
  ['x'.repeat(100), 'sha256_crypt', 's', 1000, '$5$rounds=1000$s$oscHk3Y3kDrDktDAwrqjE5mbhU6gfkxaOUEhOrk6I06'],
  ['pw', 'md5', 'saltsalt', 0, '$1$saltsalt$6SNdNaZLKst2LlSm7oPPL1'],
  ['', 'md5', 'a', 0, '$1$a$8CfZSfErbeskipdhZHtvu.'],
  ['longer password here é', 'md5', 'abc', 0, '$1$abc$BZ828kHnv..M9dkakboXW0'],
];

describe('password_hash', () => {
  it.each(hashes)('makes of %j by %s what crypt makes', (password, type, salt, rounds, hash) => {
    const written = '{{ password | password_hash(type, salt, rounds=rounds) }}';
    expect(value(written, { password, type, salt, rounds })).toBe(hash);
  });

  it('takes a salt of its own where none is given', () => {
    const made = value("{{ 'pw' | password_hash }}");
    expect(made).toMatch(/^\$6\$[./0-9A-Za-z]{16}\$[./0-9A-Za-z]{86}$/);
    expect(value("{{ 'pw' | password_hash }}")).not.toBe(made);
    expect(value("{{ 'pw' | password_hash('md5', salt_size=3) }}")).toMatch(/^\$1\$[./0-9A-Za-z]{3}\$/);
  });

  it.each([
    ["{{ 'pw' | password_hash('blowfish') }}", 'passwords are not hashed by bcrypt here'],
    ["{{ 'pw' | password_hash('sha512', 'no good') }}", 'invalid characters in salt'],
    ["{{ 'pw' | password_hash('sha512', 'a' * 17) }}", 'invalid salt size'],
    ["{{ 'pw' | password_hash('sha512', 'a', rounds=10) }}", 'rounds are 1000 to 999999999'],
    ['{{ 12 | password_hash }}', 'password_hash must be text, not int'],
    ["{{ 'x' * 513 | int | password_hash }}", 'password_hash must be text'],
    ["{{ ('x' * 513) | password_hash }}", 'the password is too long'],
  ])('refuses %j', (source, said) => {
    expect(sentence(() => value(source))).toContain(said);
  });

  it('is stopped where it would take too long', () => {
    expect(refusal(() => value("{{ 'x' | password_hash('sha512', 'a', rounds=999999999) }}")).code).toBe(
      'template.budget',
    );
  });
});
