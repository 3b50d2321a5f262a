import { last, type Step, unsure } from './open-step.ts';

/** A backslash is a letter for one database and an escape for another; `$` begins texts for one of them only. */
const sqlCode: Step = (open, char) => {
  if ('\\$#'.includes(char)) return unsure;
  if (open === '-' && char === '-') return '#';
  if (open === '/' && char === '*') return '*';
  return '\'"`-/'.includes(char) ? char : '';
};

const sqlSteps: Readonly<Record<string, Step>> = {
  '#': (open, char) => (char === '\n' ? '' : open),
  '*': (open, char) => (char === '*' ? '*!' : open),
  '!': (_open, char) => (char === '/' ? '' : char === '*' ? '*!' : '*'),
  '?': () => unsure,
};

/** What is open for a database behind one more letter. */
export const sql: Step = (open, char) => {
  if ('\'"`'.includes(open) && open !== '') return char === '\\' ? unsure : char === open ? '' : open;
  return (sqlSteps[last(open)] ?? sqlCode)(open, char);
};
