import { Fault } from '#core/errors.ts';
import type { PlayRequest } from '#core/plan.ts';
import { t } from '#core/text.ts';
import { texts } from './values.ts';

/** Throws where a person would choose by a path which file of the bot is given away: a typed part of it is one name. */
export type GuardSource = (path: string, place?: string) => void;

/** The variables of the inventory, opened where they are sealed: what they hold reaches a host by its name only. */
const ofInventory = /(?:^|\/)(?:group|host)_vars(?:\/|$)/;

/** True for a path that leads into the variables of the inventory. */
export const isOfInventory = (path: string): boolean => ofInventory.test(path);

/** Guards the files of the bot by what was typed, wherever a playbook has it from. */
export function guardSources({ vars, chosen = [] }: PlayRequest): GuardSource {
  const typed = Object.entries(vars).filter(([name]) => !chosen.includes(name));
  const values = typed.flatMap(([name, value]) =>
    [...texts(value)].map((text) => ({ name, text: text.toLowerCase() })),
  );
  return (path, place) => {
    const all = path.toLowerCase();
    const names = all.split('/');
    const sealed = isOfInventory(all);
    const found = values.find(
      ({ text }) => (text.includes('/') && all.includes(text)) || (sealed && text !== '' && names.includes(text)),
    );
    if (found) throw ledTo(found.name, path, place);
  };
}

const ledTo = (name: string, path: string, place?: string): Fault => {
  const where = place === undefined ? '' : `${place}: `;
  return new Fault({
    code: 'step.typed_in_path',
    say: t(
      `${where}“${name}” was typed and would lead to the bot’s own file ${path}.`,
      `${where}« ${name} » a été tapé et mènerait au fichier ${path} du bot.`,
    ),
    next: t(
      'Type one name, without “/”, of a file that is not in group_vars or host_vars.',
      'Tapez un seul nom, sans « / », d’un fichier qui n’est pas dans group_vars ou host_vars.',
    ),
  });
};
