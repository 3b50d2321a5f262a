import { createHmac, randomBytes } from 'node:crypto';
import { Fault } from '#core/errors.ts';
import type { Json } from '#core/json.ts';
import { t } from '#core/text.ts';
import { formsOf } from './secret-forms.ts';

/**
 * Takes secrets out of values that must be stored, and puts them back in memory. In a secret's place stands a mark from
 * which nobody without the key can learn anything; who has the key still needs the secret itself to turn it back.
 */
export interface Sealing {
  /** The value with a mark for every known secret in its strings and keys. */
  seal<T extends Json>(value: T): T;
  /** The value as it was. Throws the Fault `run.secret_gone` when a mark's secret is no longer known. */
  unseal<T extends Json>(value: T): T;
}

/** How a mark begins. Where a person types this, it is written as `escaped`, so that nobody can ask for a secret. */
const opening = '[secret:';
const escaped = '[secret:~]';
const marks = /\[secret:(?:(~)|([0-9a-f]{32})\+(\d+)(n?))\]/g;

const inEvery = (value: Json, text: (text: string) => Json, number: (value: number) => Json): Json => {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') return number(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: Json) => inEvery(item, text, number));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [String(text(key)), inEvery(item, text, number)]),
  );
};

const gone = (): Fault =>
  new Fault({
    code: 'run.secret_gone',
    say: t(
      'A secret that this plan was made with is no longer in the settings, or is another one now.',
      'Un secret avec lequel ce plan a été fait n’est plus dans les réglages, ou a changé.',
    ),
    next: t('Give the order again to see the new plan.', 'Redonnez l’ordre pour voir le nouveau plan.'),
  });

/** Seals these secrets, in all the forms `formsOf` knows; without a key only this object can undo what it did. */
export function createSealing(secrets: readonly string[], key: string = randomBytes(32).toString('hex')): Sealing {
  const nameOf = (form: string): string =>
    createHmac('sha256', key).update(`secret ${form}`).digest('hex').slice(0, 32);
  // The longest first: what stands at a place is the longest form that fits there.
  const forms = [...new Set(secrets.flatMap(formsOf))].sort((a, b) => b.length - a.length);
  const names = new Map(forms.map((form) => [nameOf(form), form]));
  const numbers = new Map(forms.map((form) => [form, nameOf(form)]));

  const sealText = (text: string): string => {
    const pieces: string[] = [];
    let at = 0;
    for (const { start, form } of placesOf(text, forms)) {
      const end = start + form.length;
      if (end <= at) continue;
      if (start > at) pieces.push(text.slice(at, start).replaceAll(opening, escaped));
      // Of a secret that begins inside another one, the rest.
      pieces.push(`${opening}${numbers.get(form) ?? nameOf(form)}+${Math.max(0, at - start)}]`);
      at = end;
    }
    return pieces.join('') + text.slice(at).replaceAll(opening, escaped);
  };

  const sealNumber = (value: number): Json => {
    const name = numbers.get(String(value));
    return name === undefined ? value : `${opening}${name}+0n]`;
  };

  const unsealText = (text: string): Json => {
    let number: number | undefined;
    const whole = text.replace(marks, (_mark, tilde?: string, name?: string, from?: string, kind?: string) => {
      if (tilde !== undefined) return opening;
      const form = names.get(name ?? '');
      if (form === undefined) throw gone();
      if (kind === 'n') number = Number(form);
      return form.slice(Number(from));
    });
    return number ?? whole;
  };

  return {
    seal: <T extends Json>(value: T): T => inEvery(value, sealText, sealNumber) as T,
    unseal: <T extends Json>(value: T): T => inEvery(value, unsealText, (number) => number) as T,
  };
}

/** Where forms stand in a text, by their beginning, the longest of each place. */
function placesOf(
  text: string,
  forms: readonly string[],
): readonly { readonly start: number; readonly form: string }[] {
  const places = new Map<number, string>();
  for (const form of forms) {
    for (let start = text.indexOf(form); start >= 0; start = text.indexOf(form, start + 1)) {
      if (!places.has(start)) places.set(start, form);
    }
  }
  return [...places].map(([start, form]) => ({ start, form })).sort((a, b) => a.start - b.start);
}
