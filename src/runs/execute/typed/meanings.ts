import type { Marked } from '#playbook/words/marked.ts';
import type { Part } from './parts.ts';
import { runs } from './paths.ts';

type Word = Marked<Part>;

/** What was typed in the words of a program, and means more to it than the name or the number that it is. */
export function meansMore(program: string, words: readonly Word[]): Part | undefined {
  if (/^apt(?:-get|itude)?$/.test(program)) return words.map(packagesIn(program, words)).find((one) => one);
  if (program === 'kill') return words.map((word, at) => processesIn(word, words, at)).find((one) => one);
  if (program === 'find') return words.map(agesIn).find((one) => one);
  return undefined;
}

const removing = /^(?:remove|purge|autoremove|autopurge)$/;

/**
 * A sign behind a package installs or removes it, whatever was asked for; of a name that no package has, `apt-get` makes a
 * pattern, and `aptitude` has signs and patterns of its own.
 */
function packagesIn(program: string, words: readonly Word[]): (word: Word) => Part | undefined {
  const removes = words.some(({ text }) => removing.test(text));
  const signs = removes ? /[.+]/ : program === 'aptitude' ? /[~+&]/ : undefined;
  const ends = program === 'aptitude' ? /[-_=]$/ : /-$/;
  return (word) =>
    runs(word).find(({ from, to }) => {
      const text = word.text.slice(from, to);
      const named = text.split('=')[0] ?? '';
      return (
        (to === word.text.length && ends.test(text)) ||
        (signs?.test(word.text.slice(0, from).includes('=') ? '' : named) ?? false) ||
        (program === 'aptitude' && /[~?]/.test(named))
      );
    })?.part;
}

/** 0 is all processes of a group, and -1 all there are. */
function processesIn(word: Word, words: readonly Word[], at: number): Part | undefined {
  const [run] = runs(word);
  const signal = (at === 0 && /^-[^-]/.test(word.text) && !word.marks[0]) || /^-[sn]$/.test(words[at - 1]?.text ?? '');
  // What another command prints is not typed.
  const printed = /^(?:\$\(|`)/.test(word.text) && !word.marks[0];
  if (!run || signal || printed || /^-?[1-9]\d*$/.test(word.text.replace(/^-1$/, ''))) return undefined;
  return run.part;
}

/** What is older than less than nothing is everything. */
const agesIn = (word: Word): Part | undefined =>
  runs(word).find(({ from, to }) => /[+-]/.test(word.text[from - 1] ?? '') && /^[+-]/.test(word.text.slice(from, to)))
    ?.part;
