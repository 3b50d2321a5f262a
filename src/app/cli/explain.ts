import type { Refusal } from '#core/errors.ts';
import { furtherFaults } from '#core/further-faults.ts';
import type { Terminal } from './terminal.ts';

/** Tells a refusal: one sentence, further faults with their places, and what to do. */
export function explain(refusal: Refusal, terminal: Terminal): void {
  terminal.error(refusal.say);
  for (const line of furtherFaults(refusal)) terminal.error(line);
  if (refusal.next) terminal.error(refusal.next);
}
