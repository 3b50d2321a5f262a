import type { Quote } from '../module.ts';
import { assignPath } from '../state/script.ts';

const safeClass = /^\[[!^]?[A-Za-z0-9_.-]+\]/;

/** A path in which `*`, `?` and `[a-z]` may match, as a shell word: everything else in it means itself. */
export const globWord = (pattern: string, quote: Quote): string => {
  let word = '';
  let plain = '';
  const flush = (): void => {
    if (plain !== '') word += quote(plain);
    plain = '';
  };
  for (let i = 0; i < pattern.length; i += 1) {
    const char = pattern[i] ?? '';
    const [found] = char === '[' ? (safeClass.exec(pattern.slice(i)) ?? []) : /[*?]/.test(char) ? [char] : [];
    if (found === undefined) plain += char;
    else {
      flush();
      word += found;
      i += found.length - 1;
    }
  }
  flush();
  return word === '' ? quote('') : word;
};

/** Prints `KEY=yes` when something matches the pattern. */
export const probeGlob = (key: string, pattern: string, quote: Quote): string => {
  const [home] = /^~(?:[a-z_][a-z0-9_-]*)?(?=\/)/.exec(pattern) ?? [];
  const start = home === undefined ? '' : `${assignPath('h', home, quote)}\n`;
  const word =
    home === undefined
      ? globWord(pattern.replace(/^-/, './-'), quote)
      : `"$h"${globWord(pattern.slice(home.length), quote)}`;
  return `${start}for f in ${word}; do if [ -e "$f" ] || [ -L "$f" ]; then echo ${key}=yes; break; fi; done`;
};
