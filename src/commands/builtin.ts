import { t } from '#core/text.ts';
import type { ArgDescription, CommandDescription } from './catalogue.ts';

const orderNumber: ArgDescription = {
  name: 'order',
  kind: 'number',
  lists: 'orders',
  about: t(
    'the number of the order; the one of this thread when left out',
    'le numéro de l’ordre ; celui du fil s’il manque',
  ),
  required: false,
  named: false,
  min: 1,
};

const builtIn = (
  name: string,
  aliases: readonly string[],
  about: CommandDescription['about'],
  args: readonly ArgDescription[],
  examples: readonly string[],
): CommandDescription => ({
  plugin: '',
  name,
  aliases,
  kind: 'question',
  about,
  permission: '',
  args,
  examples,
  needs: [],
  reports: false,
});

/**
 * The commands of the order path itself. They need no permission to be typed; each checks on its own who may do what
 * to the order it is about.
 */
export const builtInCommands: readonly CommandDescription[] = [
  builtIn(
    'help',
    ['?', 'aide', 'hello', 'hi', 'bonjour'],
    t('What I can do', 'Ce que je sais faire'),
    [
      {
        name: 'about',
        kind: 'text',
        lists: 'commands',
        about: t('a command, or “all”', 'une commande, ou « all »'),
        required: false,
        named: false,
      },
    ],
    ['help', 'help deploy', 'help all'],
  ),
  builtIn(
    'confirm',
    ['yes', 'oui', 'go', 'confirmer'],
    t('Run the change you asked for', 'Exécuter le changement que vous avez demandé'),
    [orderNumber],
    ['confirm 12'],
  ),
  builtIn(
    'approve',
    ['approuver'],
    t('Let somebody else’s change run', 'Laisser s’exécuter le changement d’un autre'),
    [orderNumber],
    ['approve 12'],
  ),
  builtIn(
    'deny',
    ['refuser'],
    t('Refuse somebody’s change', 'Refuser le changement d’un autre'),
    [orderNumber],
    ['deny 12'],
  ),
  builtIn(
    'cancel',
    ['no', 'non', 'stop', 'annuler'],
    t('Take an order back, or stop its run', 'Annuler un ordre, ou arrêter son exécution'),
    [
      orderNumber,
      {
        name: 'now',
        kind: 'flag',
        about: t(
          'kill what runs instead of waiting for the end of the task',
          'tuer ce qui tourne sans attendre la fin de la tâche',
        ),
        required: false,
        named: true,
      },
    ],
    ['cancel 12', 'cancel 12 --now'],
  ),
];

/** The names a plugin may not take; `plan` before a change is no command, but no other could be read after it. */
export const reservedNames: readonly string[] = [
  'plan',
  ...builtInCommands.flatMap((command) => [command.name, ...command.aliases]),
];
