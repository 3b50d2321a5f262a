import { linesOfFeed, withoutEnd } from '../edit/bytes.ts';

/** What is kept for a name: the first line with it counts. Undefined when there is none. */
export const keptFor = (text: string, name: string): string | undefined => {
  const line = linesOfFeed(text).find((one) => one.startsWith(`${name}:`));
  return line === undefined ? undefined : withoutEnd(line).slice(name.length + 1);
};

/** The text without any line of a name. */
export const withoutName = (text: string, name: string): string =>
  linesOfFeed(text)
    .filter((line) => !line.startsWith(`${name}:`))
    .join('');

const ended = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);

/** The text around what is to be kept for a name: where it stands already, or at the end. */
export const aroundHash = (text: string, name: string): { readonly before: string; readonly after: string } => {
  const lines = linesOfFeed(text);
  const at = lines.findIndex((line) => line.startsWith(`${name}:`));
  const index = at < 0 ? lines.length : at;
  return {
    before: `${ended(lines.slice(0, index).join(''))}${name}:`,
    after: `\n${withoutName(lines.slice(index).join(''), name)}`,
  };
};
