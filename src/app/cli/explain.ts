import { z } from 'zod';
import type { Refusal } from '#core/errors.ts';
import { inLanguage, type Language } from '#core/text.ts';
import type { Terminal } from './terminal.ts';

/** The other faults of a file: all are told at once, each with its place. */
function furtherFaults(refusal: Refusal, language: Language): readonly string[] {
  const faults = faultsShape.safeParse(refusal.details?.faults);
  return faults.success
    ? faults.data
        .slice(1)
        .map(({ file, line, column, message }) => `${file}:${line}:${column}: ${inLanguage(message, language)}`)
    : [];
}

const faultsShape = z.array(
  z.object({
    file: z.string(),
    line: z.number(),
    column: z.number(),
    message: z.union([z.string(), z.object({ en: z.string(), fr: z.string() })]),
  }),
);

/** Tells a refusal: one sentence, every further fault with its place, and what to do. */
export function explain(refusal: Refusal, terminal: Terminal): void {
  terminal.error(refusal.say);
  for (const line of furtherFaults(refusal, terminal.language)) terminal.error(line);
  if (refusal.next) terminal.error(refusal.next);
}
