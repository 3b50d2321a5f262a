import type { Marked } from '#playbook/words/marked.ts';
import type { Part } from './parts.ts';
import { runs } from './paths.ts';

type Word = Marked<Part>;

/** What was typed in the words of a program, and means more to it than the name or the number that it is. */
export function meansMore(program: string, words: readonly Word[]): Part | undefined {
  if (/^apt(?:-get|itude)?$/.test(program)) return words.map(packagesIn(program, words)).find((one) => one);
  if (program === 'kill') return words.map((word, at) => processesIn(word, words, at)).find((one) => one);
  if (program === 'find') return words.map(agesIn).find((one) => one);
  if (/^(?:supervisorctl|pm2)$/.test(program)) return words.map(allIn).find((one) => one);
  if (/^(?:firewall-cmd|nft|lsof)$/.test(program)) return words.map(rangesIn).find((one) => one);
  if (program === 'cut')
    return words
      .filter(isField)
      .map(rangesIn)
      .find((one) => one);
  if (program === 'chown')
    return words
      .filter(({ text }) => !text.startsWith('-'))
      .slice(0, 1)
      .map(groupIn)
      .find((one) => one);
  if (program === 'jq' || program === 'yq')
    return words
      .slice(filterAt(words))
      .slice(0, 1)
      .map(expressionIn)
      .find((one) => one);
  return undefined;
}

/** What was typed in a program for `awk`, outside its texts and patterns: anything but a number is a variable there. */
export const variableIn = (words: readonly Word[]): Part | undefined => words.map(expressionIn).find((one) => one);

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

/** Everything there is. */
const allIn = ({ text, marks }: Word): Part | undefined => (text === 'all' ? marks.find((mark) => mark) : undefined);

/** All ports, or addresses, between two. */
const rangesIn = (word: Word): Part | undefined =>
  runs(word).find(({ from, to }) => /\d-\d/.test(word.text.slice(from, to)))?.part;

/** Which parts of a line `cut` gives. */
const isField = ({ text }: Word, at: number, words: readonly Word[]): boolean =>
  /^(?:-[bcf]|--(?:bytes|characters|fields)=)/.test(text) || /^-[bcf]$/.test(words[at - 1]?.text ?? '');

/** An owner with a group behind a dot. */
const groupIn = (word: Word): Part | undefined =>
  runs(word).find(({ from, to }) => word.text.slice(from, to).includes('.'))?.part;

/** Where the program of `jq` or `yq` is: its first word that is no option, and belongs to none. */
const filterAt = (words: readonly Word[]): number => {
  const taken = (at: number): boolean =>
    [1, 2].some((back) => /^--(?:arg|argjson|slurpfile|rawfile)$/.test(words[at - back]?.text ?? '')) ||
    /^--(?:indent|tab)$/.test(words[at - 1]?.text ?? '');
  const first = words.findIndex(
    ({ text }, at) => !(text.startsWith('-') || /^(?:e|ea|eval|eval-all)$/.test(text) || taken(at)),
  );
  return first < 0 ? words.length : first;
};

const value = /^(?:-?\d+(?:\.\d+)?|true|false|null)$/;

function expressionIn(word: Word): Part | undefined {
  return runs(word).find(({ from, to }) => {
    const text = word.text.slice(from, to);
    const before = word.text.slice(0, from).replace(/\\./g, '');
    const within = before.split('"').length % 2 === 0 || /(?:^|[\s(~!&|,{;])\/[^/]*$/.test(before);
    return !(within || value.test(text) || (/(?:^|[\s|([])[\w.]*\.$/.test(before) && /^\w+$/.test(text)));
  })?.part;
}
