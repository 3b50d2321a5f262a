import { last, type Open, outer, type Step, unsure } from './open-step.ts';

const blank = /[ \t\n;|&]/;

/** A line that goes on: a word may begin there, and so a comment. */
const escaped: Step = (open, char) => {
  const before = outer(open);
  return char === '\n' && isCode(before) ? `${before}o` : before;
};

/** `$` was the last letter. */
const afterDollar: Step = (open, char) => {
  const before = outer(open);
  if (char === '[') return unsure;
  if (char === '(') return `${before}(^`;
  if (char === '{') return `${before}{`;
  if (char === "'" && isCode(before)) return `${before}a`;
  return shell(before, char);
};

const afterLess: Step = (open, char) => (char === '<' ? `${outer(open)}L` : shell(outer(open), char));

/** What shells do between the lines of `<<` is more than this reading knows; `<<<` is a word. */
const afterTwo: Step = (open, char) => (char === '<' ? outer(open) : unsure);

const afterBracket: Step = (open, char) => {
  if (char === '#') return `${outer(open)}#`;
  return char === '(' ? `${outer(open)}+` : shell(outer(open), char);
};

const wordBegins: Step = (open, char) => (char === '#' ? `${outer(open)}#` : shell(outer(open), char));

/** What a template gave may be nothing: then a word begins here. */
const afterGiven: Step = (open, char) => (char === '#' ? unsure : shell(outer(open), char));

const isCode = (open: Open): boolean => ['', '('].includes(last(open));

const code: Step = (open, char) => {
  if ('\'"`\\$<'.includes(char)) return open + char;
  if (char === '(') return `${open}(^`;
  if (char === ')') return `${last(open) === '(' ? outer(open) : open}_`;
  return blank.test(char) ? `${open}_` : open;
};

const inDouble: Step = (open, char) => {
  if (char === '"') return outer(open);
  return '`\\$'.includes(char) ? open + char : open;
};

const inArithmetic: Step = (open, char) => {
  if ('\'"'.includes(char)) return unsure;
  if (char === ')') return outer(open);
  if (char === '(') return `${open}+`;
  return '`\\$'.includes(char) ? open + char : open;
};

const inBraces: Step = (open, char) => {
  if (char === '}') return outer(open);
  if ('\'"'.includes(char)) return open.includes('"') ? unsure : open + char;
  return '`\\$'.includes(char) ? open + char : open;
};

const until =
  (end: string): Step =>
  (open, char) =>
    char === end ? outer(open) : open;

const inBackticks: Step = (open, char) => (char === '\\' ? `${open}\\` : until('`')(open, char));
const inAnsi: Step = (open, char) => (char === '\\' ? unsure : until("'")(open, char));
const inComment: Step = (open, char) => (char === '\n' ? `${outer(open)}_` : open);

const shellSteps: Readonly<Record<string, Step>> = {
  "'": until("'"),
  '"': inDouble,
  '`': inBackticks,
  '\\': escaped,
  $: afterDollar,
  '<': afterLess,
  L: afterTwo,
  '^': afterBracket,
  _: wordBegins,
  o: afterGiven,
  '+': inArithmetic,
  '{': inBraces,
  '#': inComment,
  a: inAnsi,
  '?': () => unsure,
};

/** What is open for a shell behind one more letter. */
export const shell: Step = (open, char) => (shellSteps[last(open)] ?? code)(open, char);
