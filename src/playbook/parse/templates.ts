import { refusalOf } from '#core/errors.ts';
import { each, type Text } from '#core/text.ts';
import { hasTemplate, parseExpression, parseTemplate } from '../templates/index.ts';
import type { Position } from '../tree.ts';
import { type Node, type ScalarNode, scalarsOf } from '../yaml/node.ts';
import type { Reading } from './context.ts';

/** True when a text holds a template. */
export const holdsTemplate = (text: string): boolean => hasTemplate(text);

/** The template reader writes the place in front; a fault has its own. */
const withoutPlace = (say: Text): Text => each(say, (words) => words.replace(/^\S*:\d+:\d+: /, ''));

const placeOf = (details: object | undefined, at: Position): Position => {
  const { line, column } = { line: 0, column: 0, ...details };
  return typeof line === 'number' && line > 0 && typeof column === 'number' ? { file: at.file, line, column } : at;
};

const check = (read: () => unknown, at: Position, reading: Reading): void => {
  try {
    read();
  } catch (thrown) {
    const refusal = refusalOf(thrown);
    if (refusal === undefined) throw thrown;
    reading.faults.add(placeOf(refusal.details, at), withoutPlace(refusal.say));
  }
};

/** Notes every template inside a value whose syntax is wrong. */
export const checkTemplates = (node: Node, reading: Reading): void => {
  for (const { value, at } of scalarsOf(node)) {
    if (typeof value === 'string' && hasTemplate(value)) check(() => parseTemplate(value, at), at, reading);
  }
};

/** Notes a condition whose syntax is wrong: it is a bare expression. */
export const checkCondition = (node: ScalarNode, reading: Reading): void => {
  const { value, text, at } = node;
  if (typeof value === 'string') check(() => parseExpression(text, at), at, reading);
};
