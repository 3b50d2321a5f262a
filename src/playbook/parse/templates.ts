import { refusalOf } from '#core/errors.ts';
import type { Text } from '#core/text.ts';
import { hasTemplate, parseTemplate } from '../templates/index.ts';
import type { Position } from '../tree.ts';
import { type Node, type ScalarNode, scalarsOf } from '../yaml/node.ts';
import type { Reading } from './context.ts';

/** True when a text holds a template. */
export const holdsTemplate = (text: string): boolean => hasTemplate(text);

/** A refusal of the template parser says its own place; here the fault has one already. */
const withoutPlace = (say: Text): Text => {
  const cut = (words: string): string => words.replace(/^[^\s:]+:\d+:\d+: /, '');
  return typeof say === 'string' ? cut(say) : { en: cut(say.en), fr: cut(say.fr) };
};

const placeOf = (details: unknown, at: Position): Position => {
  const { line, column } = (details ?? {}) as { line?: unknown; column?: unknown };
  return typeof line === 'number' && typeof column === 'number' ? { file: at.file, line, column } : at;
};

const check = (source: string, at: Position, reading: Reading): void => {
  try {
    parseTemplate(source, at);
  } catch (thrown) {
    const refusal = refusalOf(thrown);
    if (refusal === undefined) throw thrown;
    reading.faults.add(placeOf(refusal.details, at), withoutPlace(refusal.say));
  }
};

/** Notes every template inside a value whose syntax is wrong. */
export const checkTemplates = (node: Node, reading: Reading): void => {
  for (const scalar of scalarsOf(node)) {
    if (typeof scalar.value === 'string' && hasTemplate(scalar.value)) check(scalar.value, scalar.at, reading);
  }
};

/** Notes a condition whose syntax is wrong. It is a bare expression; one that still has its braces is read as a template. */
export const checkCondition = (node: ScalarNode, reading: Reading): void => {
  if (typeof node.value !== 'string') return;
  if (hasTemplate(node.value)) checkTemplates(node, reading);
  else check(`{{ ${node.text} }}`, { ...node.at, column: Math.max(1, node.at.column - 3) }, reading);
};
