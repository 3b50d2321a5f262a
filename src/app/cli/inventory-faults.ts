import type { ErrorCode } from '#core/error-codes.ts';
import type { Refusal } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import { type Text, t } from '#core/text.ts';
import type { SettingsFault } from '#settings/faults.ts';

/** One thing that `quarterdeck check` tells: of the configuration, or of the inventory that it names. */
export interface ToldFault extends Omit<SettingsFault, 'code'> {
  readonly code: ErrorCode;
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const hint = t(
  'Correct it, or “inventory” in the configuration.',
  'Corrigez-le, ou « inventory » dans la configuration.',
);

/** What is wrong with an inventory, one by one. Without it no order can be carried out: it is part of the configuration. */
export function inventoryFaults(refusal: Refusal): readonly ToldFault[] {
  return placedFaults(refusal, 'inventory', hint);
}

/** The faults that a refusal has the places of, or the one that it is, of this part of the configuration. */
export function placedFaults(
  { code, say, details }: Refusal,
  path: string,
  hint: Text | undefined,
): readonly ToldFault[] {
  const found = Array.isArray(details?.faults) ? details.faults.filter(isObject) : [];
  if (found.length === 0) return [{ file: path, line: 0, column: 0, code, path, message: say, ...(hint && { hint }) }];
  return found.map(({ file, line, column, message }) => ({
    ...{ file: String(file), line: Number(line), column: Number(column), code, path, ...(hint && { hint }) },
    message: isObject(message) ? t(String(message.en), String(message.fr)) : String(message),
  }));
}
