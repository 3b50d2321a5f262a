import { Fault } from '#core/errors.ts';
import { type Text, t } from '#core/text.ts';
import type { Position, Written } from '#playbook/tree.ts';
import type { Objection } from './line.ts';
import type { Reading } from './reading.ts';

/** What is wrong; without a reason, that it is not one plain word. */
type Wrong = Pick<Objection, 'name'> & Partial<Objection>;

/** Where something stands, for a refusal. */
export const placeText = ({ file, line }: Position): string => `${file}:${line}`;

/** Thrown where a playbook would let a typed value be read by a shell: nothing a person types is a shell word. */
export const typedInShell = (wrong: Wrong, { at }: Written, module: string, reading: Reading): Fault =>
  new Fault({
    code: codes[wrong.why ?? 'word'],
    say: said(wrong, placeText(at), module),
    next: advice(wrong, reading),
  });

const codes = {
  word: 'step.typed_in_shell',
  option: 'step.typed_in_shell',
  program: 'step.typed_in_shell',
  file: 'step.typed_in_shell',
  environment: 'step.typed_in_shell',
  nothing: 'step.typed_in_shell',
  more: 'step.typed_in_shell',
  path: 'step.typed_in_path',
  address: 'step.typed_in_path',
  pattern: 'step.typed_in_pattern',
} as const;

function said({ name, why, program }: Wrong, place: string, module: string): Text {
  if (why === 'option')
    return t(
      `${place}: “${name}” was typed and would be read by ${program} as an option.`,
      `${place} : « ${name} » a été tapé et serait lu par ${program} comme une option.`,
    );
  if (why === 'program')
    return t(
      `${place}: “${name}” was typed and would be read by ${program} as part of a program, in spite of its quotes.`,
      `${place} : « ${name} » a été tapé et serait lu par ${program} comme une partie d’un programme, malgré ses guillemets.`,
    );
  if (why === 'path')
    return t(
      `${place}: “${name}” was typed and would be nothing, or lead upwards, in a path that ${program} is given.`,
      `${place} : « ${name} » a été tapé et ne serait rien, ou mènerait plus haut, dans un chemin que ${program} reçoit.`,
    );
  if (why === 'address')
    return t(
      `${place}: “${name}” was typed and would lead elsewhere by an address that ${program} is given.`,
      `${place} : « ${name} » a été tapé et mènerait ailleurs par une adresse que ${program} reçoit.`,
    );
  if (why === 'pattern')
    return t(
      `${place}: “${name}” was typed and would stand for more than one name for ${program}.`,
      `${place} : « ${name} » a été tapé et désignerait plus qu’un nom pour ${program}.`,
    );
  if (why === 'environment')
    return t(
      `${place}: “${name}” was typed and would be more than a plain value of ${program ? `${program} in ` : ''}the environment.`,
      `${place} : « ${name} » a été tapé et serait plus qu’une simple valeur ${program ? `de ${program} dans` : 'de'} l’environnement.`,
    );
  if (why === 'nothing')
    return t(
      `${place}: “${name}” is nothing, and would leave no trace in a word of ${program}.`,
      `${place} : « ${name} » n’est rien, et ne laisserait aucune trace dans un mot de ${program}.`,
    );
  if (why === 'more')
    return t(
      `${place}: “${name}” was typed and would mean more to ${program} than one name or number.`,
      `${place} : « ${name} » a été tapé et voudrait dire plus qu’un nom ou un nombre pour ${program}.`,
    );
  if (why === 'file')
    return t(
      `${place}: “${name}” was typed and would be read by ${program} as the name of a file.`,
      `${place} : « ${name} » a été tapé et serait lu par ${program} comme le nom d’un fichier.`,
    );
  return t(
    `${place}: “${name}” was typed and would be read by ${module} as more than one plain word.`,
    `${place} : « ${name} » a été tapé et serait lu par ${module} comme plus qu’un simple mot.`,
  );
}

function advice({ name, why }: Wrong, reading: Reading): Text {
  if (why === 'option')
    return t(
      'Type another value, or write -- in the playbook before it, where the command takes that.',
      'Tapez une autre valeur, ou écrivez -- avant elle dans le playbook, si la commande l’accepte.',
    );
  if (why === 'program')
    return t(
      `Type a plain word, or give ${name} beside the program: in environment, or as a word after it, such as sh -c 'echo "$1"' sh {{ ${name} | quote }}.`,
      `Tapez un simple mot, ou donnez ${name} à côté du programme : dans environment, ou comme mot après lui, comme sh -c 'echo "$1"' sh {{ ${name} | quote }}.`,
    );
  if (why === 'path') return t('Type a name, without “..”.', 'Tapez un nom, sans « .. ».');
  if (why === 'address')
    return t(
      'Type a name: letters, digits and . _ -, without / : @ and =.',
      'Tapez un nom : lettres, chiffres et . _ -, sans / : @ ni =.',
    );
  if (why === 'pattern') return t('Type a whole name, without * ? and [.', 'Tapez un nom entier, sans * ? ni [.');
  if (why === 'nothing')
    return t(
      `Type something, or leave it out where the playbook has a default; where it may be nothing, write {{ ${name} | quote }} in the playbook, as a word of its own.`,
      `Tapez quelque chose, ou omettez-la si le playbook a une valeur par défaut ; où elle peut n’être rien, écrivez {{ ${name} | quote }} dans le playbook, comme un mot à part.`,
    );
  if (why === 'more')
    return t(
      'Type another value, or have the playbook use a module, such as apt for packages.',
      'Tapez une autre valeur, ou utilisez un module dans le playbook, comme apt pour les paquets.',
    );
  if (why === 'file')
    return t(
      'Type another value, without @ or file: at its beginning.',
      'Tapez une autre valeur, sans @ ni file: au début.',
    );
  if (why === 'environment')
    return t(
      'Type a plain word, or write the variable in the playbook.',
      'Tapez un simple mot, ou écrivez la variable dans le playbook.',
    );
  if (reading === 'sql')
    return t(
      `Write %(${name})s in the query, and give its value in named_args.`,
      `Écrivez %(${name})s dans la requête, et donnez sa valeur dans named_args.`,
    );
  const quoted = `{{ ${name} | quote }}`;
  if (reading === 'cron')
    return t(
      `Write ${quoted} in the playbook, without quotes of your own around it; a value for cron has no %.`,
      `Écrivez ${quoted} dans le playbook, sans guillemets à vous autour ; une valeur pour cron n’a pas de %.`,
    );
  return t(
    `Write ${quoted} in the playbook, without quotes of your own around it.`,
    `Écrivez ${quoted} dans le playbook, sans guillemets à vous autour.`,
  );
}
