import type { IniEdit } from './arguments.ts';

/** A line that gives an option: whether it is commented out, and its value. */
export interface OptionLine {
  readonly active: boolean;
  readonly value: string;
}

const blanks = (text: string): string => text.replace(/^[ \t]+/, '');

/** Reads a line as the option; undefined when it is about something else. */
export const optionOf = (option: string, line: string): OptionLine | undefined => {
  const text = line.endsWith('\n') ? line.slice(0, -1) : line;
  for (const active of [true, false]) {
    if (!active && !/^[#;]/.test(text)) continue;
    const own = active ? text : text.slice(1);
    const rest = afterName(option, own);
    if (rest !== undefined) return { active, value: rest };
  }
  return undefined;
};

/** What stands after the name and its equals sign. */
const afterName = (option: string, text: string): string | undefined => {
  const starts = [text, blanks(text)];
  const named = starts.find((start) => start.startsWith(option));
  if (named === undefined) return undefined;
  const rest = blanks(named.slice(option.length));
  if (rest === '') return '';
  return rest.startsWith('=') ? blanks(rest.slice(1)) : undefined;
};

/** The line of an option with a value. */
export const lineOf = (edit: IniEdit, value: string): string => `${edit.option}${edit.tight ? '=' : ' = '}${value}\n`;

/** The line of an option without a value. */
export const bareLine = (edit: IniEdit): string => `${edit.option}\n`;

/** True for an empty line or a comment. */
export const saysNothing = (line: string): boolean => /^[ \t]*(?:[#;][^\n]*)?\n?$/.test(line);
