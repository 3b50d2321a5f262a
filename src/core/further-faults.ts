import type { Refusal } from './errors.ts';
import type { Json, JsonObject } from './json.ts';
import { each, type Text, t } from './text.ts';

/** Faults of a file that are told at once, the first one included; more are counted. */
const shownFaults = 10;

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Words as they are kept in details; undefined when they are none. */
function wordsOf(message: Json | undefined): Text | undefined {
  if (typeof message === 'string') return message;
  if (!isObject(message) || typeof message.en !== 'string' || typeof message.fr !== 'string') return undefined;
  return t(message.en, message.fr);
}

/** `shop.yml:3:5: …`; nothing for a detail of another kind. */
function placed(fault: Json): readonly Text[] {
  if (!isObject(fault)) return [];
  const { file, line, column } = fault;
  const message = wordsOf(fault.message);
  if (typeof file !== 'string' || typeof line !== 'number' || message === undefined) return [];
  return [each(message, (words) => `${file}:${line}:${column}: ${words}`)];
}

/** What else is wrong in the file a refusal is about, each with its place: its first fault is the refusal's sentence. */
export function furtherFaults({ details }: Pick<Refusal, 'details'>): readonly Text[] {
  const faults = Array.isArray(details?.faults) ? details.faults.flatMap(placed).slice(1) : [];
  const more = faults.length - (shownFaults - 1);
  return more > 0 ? [...faults.slice(0, shownFaults - 1), t(`and ${more} more`, `et ${more} de plus`)] : faults;
}
