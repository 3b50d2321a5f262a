import type { Json } from '#core/json.ts';
import { isUnknown, type Unknown } from '#playbook/templates/scope.ts';
import type { Redact } from './redaction.ts';

/** A loop's item as a task name shows it: without secrets, short, on one line. */
export function labelOf(item: Json, redact: Redact): string {
  const text = redact(typeof item === 'string' ? item : JSON.stringify(item));
  const line = text.replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}

/** A task's name from its rendered text; what cannot be rendered yet stays as written. */
export const nameOf = (rendered: Json | Unknown, written: string): string => {
  if (isUnknown(rendered) || rendered === null || rendered === '') return written;
  return typeof rendered === 'string' ? rendered : JSON.stringify(rendered);
};
