import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusalOf } from '#core/errors.ts';
import { quote } from '#ssh/quote.ts';
import { present } from '#test/support/programs.ts';

const shells = present(
  [['dash'], ['bash'], ['bash', '--posix'], ['busybox', 'sh'], ['zsh'], ['mksh'], ['ksh']],
  ([program = '']) => program,
);

/** Words that have hurt others before, between random text. */
const hurtful = fc.constantFrom(
  ...[
    "'",
    "''",
    "\\'",
    '"',
    '\\',
    '\n',
    '\r\n',
    '\t',
    ' ',
    '',
    '$(id)',
    '`id`',
    '${HOME}',
    '!!',
    '*',
    '~',
    '#',
    '-n',
    '--',
  ],
  ...[
    '\u0001',
    '\u0007',
    '\u001b',
    '\u007f',
    '\u0081',
    '\u0088',
    '\u00a0',
    '\u2028',
    '\ufeff',
    '\u202e',
    '🚢',
    '漢',
    'é',
  ],
  ...[
    "'; rm -rf / #",
    '"; exit 9; "',
    "$'\\''",
    '%s%n',
    '{{ 7*7 }}',
    '|',
    '&',
    ';',
    '<',
    '>',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
  ],
);
const anyText = fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll('\0', '').toWellFormed());
const value = fc.array(fc.oneof(hurtful, anyText), { maxLength: 8 }).map((parts) => parts.join(''));

/** What each shell makes of the quoted words, one process for all of them. */
function said([program = '', ...rest]: readonly string[], values: readonly string[]): readonly string[] {
  const script = values.map((one) => `printf '%s\\0' ${quote(one)}`).join('\n');
  const { stdout } = spawnSync(program, [...rest, '-s'], {
    input: `${script}\n`,
    env: { LC_ALL: 'C.UTF-8', PATH: process.env.PATH },
  });
  return stdout.toString('utf8').split('\0').slice(0, -1);
}

describe('quote', () => {
  it.each(shells.map((shell) => [shell.join(' '), shell] as const))(
    'makes every value mean itself in %s',
    (_name, shell) => {
      const [program] = shell;
      fc.assert(
        fc.property(fc.array(value, { minLength: 40, maxLength: 60 }), (values) => {
          expect(said(shell, values)).toEqual(values);
        }),
        { numRuns: program === 'mksh' ? 5 : 25 }, // its printf is a process each time
      );
    },
  );

  it('makes one word of every value, whatever stands around it', () => {
    fc.assert(
      fc.property(value, (one) => {
        const { stdout } = spawnSync('sh', ['-s'], { input: `set -- a${quote(one)}b; printf %s "$#"` });
        expect(stdout.toString()).toBe('1');
      }),
      { numRuns: 60 },
    );
  });

  it('refuses a NUL and half a character, which no shell can receive', () => {
    const codeOf = (text: string) => {
      try {
        return quote(text);
      } catch (thrown) {
        return refusalOf(thrown)?.code;
      }
    };
    expect(codeOf('a\0b')).toBe('ssh.quote_nul');
    expect(codeOf('\ud83d')).toBe('ssh.quote_surrogate');
    expect(codeOf('\udea2x')).toBe('ssh.quote_surrogate');
  });
});
