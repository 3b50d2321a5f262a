import type { Refusal } from '#core/errors.ts';
import { t } from '#core/text.ts';
import type { Arg, ArgKind } from './arg.ts';

type Named = readonly [name: string, arg: Arg<unknown>];

const argName = /^[a-z][a-zA-Z0-9]*$/;
const keyword = /^[a-z]+$/;
const reserved = new Set(['help']);
/** Kinds that take the rest of the line. */
const rest: ReadonlySet<ArgKind> = new Set(['text', 'words']);

/** What is wrong with a command's arguments: a line must never be readable in two ways. */
export function faultsOfArgs(
  command: string,
  args: Readonly<Record<string, Arg<unknown>>>,
  kinds: readonly ArgKind[],
): readonly Refusal[] {
  const entries = Object.entries(args);
  return [
    ...entries.flatMap((entry) => faultsOfArg(command, entry, kinds)),
    ...faultsOfOrder(command, entries),
    ...faultsOfKeywords(command, entries),
  ];
}

const say = (command: string, name: string, en: string, fr: string): Refusal => ({
  code: 'plugin.invalid',
  say: t(`The argument “${name}” of “${command}” ${en}.`, `L’argument « ${name} » de « ${command} » ${fr}.`),
  details: { command, arg: name },
});

function faultsOfArg(command: string, [name, arg]: Named, kinds: readonly ArgKind[]): readonly Refusal[] {
  const wrong = (bad: boolean, en: string, fr: string) => (bad ? [say(command, name, en, fr)] : []);
  if (typeof arg !== 'object' || arg === null || !kinds.includes(arg.kind))
    return wrong(true, 'is of no known kind', 'n’est d’aucun genre connu');
  return [
    ...wrong(!argName.test(name), 'must be named by a word such as “since”', 'doit porter un nom tel que « since »'),
    ...wrong(reserved.has(name), 'has a name the bot keeps for itself', 'porte un nom que le bot se réserve'),
    ...wrong(!arg.about, 'does not say what it is', 'ne dit pas ce qu’il est'),
    ...faultsOfChoices(command, name, arg),
    ...faultsOfBounds(command, name, arg),
  ];
}

function faultsOfChoices(command: string, name: string, arg: Arg<unknown>): readonly Refusal[] {
  if (arg.kind !== 'choice') return [];
  const choices = arg.choices ?? [];
  const plain = choices.length > 0 && choices.every((choice) => /^\S+$/.test(choice));
  if (!plain || new Set(choices).size !== choices.length)
    return [
      say(command, name, 'needs choices: different single words', 'a besoin de choix : des mots simples différents'),
    ];
  if (arg.default === undefined || choices.includes(String(arg.default))) return [];
  return [
    say(command, name, 'has a default that is no choice of its own', 'a une valeur par défaut hors de ses choix'),
  ];
}

function faultsOfBounds(command: string, name: string, { min, max, default: given }: Arg<unknown>): readonly Refusal[] {
  const low = min ?? Number.NEGATIVE_INFINITY;
  const high = max ?? Number.POSITIVE_INFINITY;
  if (low > high)
    return [say(command, name, 'has a minimum above its maximum', 'a un minimum au-dessus de son maximum')];
  if (typeof given !== 'number' || (given >= low && given <= high)) return [];
  return [say(command, name, 'has a default out of its bounds', 'a une valeur par défaut hors de ses bornes')];
}

/** Arguments found by their place in the line: not by a name, a word before them, or their `key=value` form. */
const byPlace = ([, arg]: Named): boolean =>
  !arg.named && arg.after === undefined && arg.kind !== 'flag' && arg.kind !== 'vars';

function faultsOfOrder(command: string, entries: readonly Named[]): readonly Refusal[] {
  const placed = entries.filter(byPlace);
  const faults: Refusal[] = [];
  let optional = '';
  placed.forEach(([name, arg], place) => {
    if (rest.has(arg.kind) && place < placed.length - 1)
      faults.push(
        say(
          command,
          name,
          'takes the rest of the line, so it must be the last',
          'prend le reste de la ligne, donc doit être le dernier',
        ),
      );
    if (arg.required && optional !== '')
      faults.push(
        say(
          command,
          name,
          `is required, so it cannot come after the optional “${optional}”`,
          `est obligatoire, donc ne peut pas suivre « ${optional} », facultatif`,
        ),
      );
    if (!arg.required) optional = name;
  });
  const vars = entries.filter(([, arg]) => arg.kind === 'vars');
  if (vars.length > 1) faults.push(say(command, vars[1]?.[0] ?? '', 'is a second “vars”', 'est un second « vars »'));
  const takesRest = entries.find(([, arg]) => rest.has(arg.kind) && !arg.named);
  if (vars.length > 0 && takesRest)
    faults.push(
      say(command, takesRest[0], 'takes the words that “vars” would read', 'prend les mots que « vars » lirait'),
    );
  return faults;
}

function faultsOfKeywords(command: string, entries: readonly Named[]): readonly Refusal[] {
  const seen = new Set<string>();
  const faults: Refusal[] = [];
  for (const [name, { after }] of entries) {
    if (after === undefined) continue;
    if (!keyword.test(after))
      faults.push(say(command, name, 'stands after something that is no word', 'suit autre chose qu’un mot'));
    if (seen.has(after))
      faults.push(say(command, name, `stands after “${after}” like another one`, `suit « ${after} » comme un autre`));
    seen.add(after);
  }
  return faults;
}
