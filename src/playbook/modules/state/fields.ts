import { Fault } from '#core/errors.ts';
import { t } from '#core/text.ts';
import type { Applied } from '../module.ts';

/**
 * What a probe printed: lines `key=value`, and raw texts as lines behind `|`. A probe ends with the line `end`, so that
 * an answer that was cut is never taken for a state.
 */
export interface Fields {
  get(key: string): string | undefined;
  /** The names of what was printed. */
  keys(): readonly string[];
  /** A value that the host printed in hexadecimal, because it may hold anything. */
  text(key: string): string | undefined;
  number(key: string): number | undefined;
  /** Every value of a key that is printed several times. */
  all(key: string): readonly string[];
  /** A raw text, when it was printed. */
  raw(key: string): string | undefined;
}

/** A text the host printed by `hex`: plain behind `=`, else in hexadecimal. */
export const fromHex = (hex: string, encoding: 'utf8' | 'latin1' = 'utf8'): string =>
  hex.startsWith('=') ? hex.slice(1) : Buffer.from(hex, 'hex').toString(encoding);

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.slice(0, 500) ?? '';

const misunderstood = (output: Applied): Fault => {
  const words = lastLine(output.stderr);
  return new Fault({
    code: 'module.probe',
    say: t(
      `The host's answer could not be read${words === '' ? '' : `: ${words}`}.`,
      `La réponse de l’hôte est illisible${words === '' ? '' : ` : ${words}`}.`,
    ),
    next: t(
      'Check that the host has a POSIX shell and space in its temporary folder.',
      'Vérifiez que l’hôte a un shell POSIX et de la place dans son dossier temporaire.',
    ),
  });
};

/** Reads what a probe printed. Throws the Fault `module.probe` when the answer is not whole. */
export const readFields = (output: Applied): Fields => {
  const lines = output.stdout.split('\n');
  if (output.code !== 0 || !lines.includes('end')) throw misunderstood(output);
  const values = new Map<string, string[]>();
  const raws = new Map<string, string[]>();
  let open: string[] = [];
  for (const line of lines) {
    const [, mark, key = '', value = ''] = /^(?:(\|)|([\w.]+)=(.*)$)/s.exec(line) ?? [];
    if (mark !== undefined) open.push(line.slice(1));
    else if (key === 'raw') {
      open = [];
      raws.set(value, open);
    } else if (key !== '') values.set(key, [...(values.get(key) ?? []), value]);
  }
  const get = (key: string): string | undefined => values.get(key)?.at(-1);
  return {
    get,
    keys: () => [...values.keys()],
    text: (key) => {
      const hex = get(key);
      return hex === undefined ? undefined : fromHex(hex);
    },
    number: (key) => {
      const value = get(key);
      return value === undefined || value === '' || Number.isNaN(Number(value)) ? undefined : Number(value);
    },
    all: (key) => values.get(key) ?? [],
    raw: (key) => raws.get(key)?.join('\n').replace(/x$/, ''),
  };
};

/** Why an apply failed: what it said last, or its exit code. */
export const failureOf = (applied: Applied): string => {
  const words =
    applied.stderr.trim() ||
    applied.stdout
      .trim()
      .split('\n')
      .filter((line) => line.startsWith('failed: '))
      .join('\n');
  return words === '' ? `the script ended with code ${applied.code}` : words.slice(-2000);
};
