import type { Json, JsonObject } from '#core/json.ts';
import type { Proposal } from '#kit/command.ts';

/** Every text in a value, names too. */
function textsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => [name, ...textsIn(item as Json)]);
}

/** A word that means nothing to a shell may be in a value by chance. */
const meaning = /[^\w@%+=:,./-]|^-/;

/** The variables of a proposal that are as the settings say: not those in which something is that was typed. */
export function settledOf(
  { settled = [], vars }: Extract<Proposal, { do: 'play' }>,
  args: JsonObject,
): readonly string[] {
  const typed = textsIn(args).filter((text) => meaning.test(text));
  return settled.filter((name) => {
    const texts = textsIn(vars[name] ?? null);
    return Object.hasOwn(vars, name) && !texts.some((text) => typed.some((one) => text.includes(one)));
  });
}
