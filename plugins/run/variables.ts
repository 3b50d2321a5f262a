import { type Card, t } from '#kit';

/** Names that decide how a host is reached and as whom: never set from a chat. */
const decisive = /^(ansible_.*|group_names|groups|hostvars|inventory_.*|playbook_dir|role_.*)$/;

/** The variables that cannot be set here: decisive ones, and what is no name. */
export const reserved = (vars: Readonly<Record<string, string>>): readonly string[] =>
  Object.keys(vars).filter((name) => decisive.test(name) || !/^[A-Za-z_]\w{0,99}$/.test(name));

/** Why the playbook is not played. */
export const reservedCard = (names: readonly string[]): Card => ({
  tone: 'warn',
  title: t(
    `«${names[0]?.slice(0, 60)}» cannot be set from here`,
    `«${names[0]?.slice(0, 60)}» ne peut pas être réglée d’ici`,
  ),
  text: t(
    'Variables are letters, digits and `_`; those that decide how a host is reached belong in the inventory.',
    'Les variables sont des lettres, chiffres et `_` ; celles qui décident comment joindre un hôte vont dans l’inventaire.',
  ),
});
