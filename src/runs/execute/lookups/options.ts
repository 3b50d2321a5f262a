import { Fault } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import { type Text, t } from '#core/text.ts';
import type { LookupCall } from '#playbook/templates/index.ts';

/** What Ansible takes for yes. */
export const isTrue = (value: Json | undefined): boolean =>
  value === true || value === 1 || /^(?:true|yes|on|1|y|t)$/i.test(String(value));

/** An option that is on or off. */
export const flag = (options: JsonObject, name: string, byDefault: boolean): boolean => {
  const value = options[name];
  return value === undefined || value === null ? byDefault : isTrue(value);
};

/** A lookup that cannot do what it is asked, in its place. */
export function lookupFault({ at }: LookupCall, en: string, fr: string, next?: Text, cause?: unknown): Fault {
  const place = `${at.file}:${at.line}:${at.column}`;
  const refusal = {
    code: 'template.lookup',
    say: t(`${place}: ${en}`, `${place} : ${fr}`),
    ...(next && { next }),
  } as const;
  return new Fault(refusal, cause === undefined ? {} : { cause });
}

/** Options that would be passed over in silence are refused. */
export function onlyOptions(call: LookupCall, lookup: string, known: readonly string[]): void {
  const other = Object.keys(call.options).find((name) => !known.includes(name));
  if (other === undefined) return;
  throw lookupFault(
    call,
    `the lookup '${lookup}' has no option '${other}' here.`,
    `le lookup « ${lookup} » n’a pas ici d’option « ${other} ».`,
  );
}
