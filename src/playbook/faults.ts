import type { ErrorCode } from '#core/error-codes.ts';
import type { Refusal } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import { each, type Text } from '#core/text.ts';
import type { Position } from './tree.ts';

/** One thing wrong in a file, and where. */
export interface PlacedFault {
  readonly at: Position;
  readonly message: Text;
  /** Ansible itself may know what this is. */
  readonly ansible?: true;
}

/** Collects every fault of a file, so that all are told at once. */
export interface Faults {
  add(at: Position, message: Text, more?: Pick<PlacedFault, 'ansible'>): void;
  readonly found: readonly PlacedFault[];
}

/** An empty collection of faults. */
export const createFaults = (): Faults => {
  const found: PlacedFault[] = [];
  return { found, add: (at, message, more) => void found.push({ at, message, ...more }) };
};

const detail = (fault: PlacedFault): JsonObject => ({
  file: fault.at.file,
  line: fault.at.line,
  column: fault.at.column,
  message: fault.message,
});

const inOrder = (a: PlacedFault, b: PlacedFault): number =>
  a.at.file.localeCompare(b.at.file) || a.at.line - b.at.line || a.at.column - b.at.column;

/** `shop.yml:3:5: …` */
export const placed = (fault: PlacedFault): Text =>
  each(fault.message, (words) => `${fault.at.file}:${fault.at.line}:${fault.at.column}: ${words}`);

/** One refusal for all faults: the first in `say`, every one in `details.faults`, from where they are told with it. */
export const refusalOfFaults = (code: ErrorCode, faults: readonly PlacedFault[], next: Text): Refusal => {
  const sorted = [...faults].sort(inOrder);
  const [first] = sorted;
  return { code, say: first ? placed(first) : '', next, details: { faults: sorted.map(detail) } };
};
