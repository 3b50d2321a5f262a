import type { Refusal } from '#core/errors.ts';
import { t } from '#core/text.ts';

/** Who has a command's name already: the sentence that says so, and what can be done. */
export type Holder = (command: string) => Pick<Refusal, 'say' | 'next'>;

export const theBot: Holder = (command) => ({
  say: t(
    `The command “${command}” belongs to the bot itself.`,
    `La commande « ${command} » appartient au bot lui-même.`,
  ),
  next: t('Rename the command.', 'Renommez la commande.'),
});

export const pluginNamed =
  (plugin: string): Holder =>
  (command) => ({
    say: t(
      `The command “${command}” belongs to the plugin ${plugin} already.`,
      `La commande « ${command} » appartient déjà au greffon ${plugin}.`,
    ),
    next: t(
      'Rename the command, or disable one of the two plugins.',
      'Renommez la commande, ou désactivez l’un des deux greffons.',
    ),
  });

/** The refusal of a command whose name somebody else has. */
export const clash = (command: string, holder: Holder): Refusal => ({
  code: 'plugin.clash',
  ...holder(command),
  details: { command },
});

/** Whether a name is the bot's; what begins with `plan` would never be read: that word only plans what follows it. */
export const isReserved = (name: string, reserved: readonly string[]): boolean =>
  reserved.includes(name) || (name.startsWith('plan ') && reserved.includes('plan'));
