import { t } from '#core/text.ts';
import type { Lookup, Lookups } from '#playbook/templates/index.ts';
import { lookupFault } from './options.ts';

const inTerminal = t(
  'Play it with `quarterdeck run` in a terminal, or ask on a host: `command` and `uri` do there what these lookups do here.',
  'Jouez-le avec `quarterdeck run` dans un terminal, ou demandez à un hôte : `command` et `uri` y font ce que ces lookups font ici.',
);

const closed =
  (name: string, en: string, fr: string): Lookup =>
  (call) => {
    throw lookupFault(
      call,
      `the lookup '${name}' ${en} on the bot’s own machine, which holds everybody’s keys: never from chat.`,
      `le lookup « ${name} » ${fr} sur la machine du bot, qui détient les clés de tous : jamais depuis le chat.`,
      inTerminal,
    );
  };

/** The lookups that are open in a terminal only, where somebody in a chat plays. */
export const closedLookups: Lookups = {
  pipe: closed('pipe', 'runs a command', 'lance une commande'),
  lines: closed('lines', 'runs a command', 'lance une commande'),
  url: closed('url', 'asks an address', 'interroge une adresse'),
};
