import type { Refusal } from '#core/errors.ts';
import { t } from '#core/text.ts';
import type { PluginCall, PluginNews } from './contract.ts';
import type { Death } from './isolate.ts';

type Named = Pick<PluginCall, 'plugin' | 'command'>;

const seeLog = t('The log of the bot says why.', 'Le journal du bot dit pourquoi.');

export const timedOut = ({ command }: Named, seconds: number): Refusal => ({
  code: 'plugin.timeout',
  say: t(
    `“${command}” did not answer within ${seconds} s and was stopped.`,
    `« ${command} » n’a pas répondu en ${seconds} s et a été arrêtée.`,
  ),
  next: t('Try again, or ask for less at once.', 'Réessayez, ou demandez moins à la fois.'),
  retryable: true,
});

export const cancelled = ({ command }: Named): Refusal => ({
  code: 'plugin.cancelled',
  say: t(`“${command}” was stopped before it answered.`, `« ${command} » a été arrêtée avant de répondre.`),
  retryable: true,
});

export const failed = ({ command, plugin }: Named): Refusal => ({
  code: 'plugin.failed',
  say: t(
    `“${command}” failed: the plugin ${plugin} has a fault.`,
    `« ${command} » a échoué : le greffon ${plugin} a un défaut.`,
  ),
  next: seeLog,
});

export const malformed = ({ command, plugin }: Named): Refusal => ({
  code: 'plugin.malformed',
  say: t(
    `“${command}” gave an answer that cannot be shown: the plugin ${plugin} has a fault.`,
    `« ${command} » a donné une réponse impossible à montrer : le greffon ${plugin} a un défaut.`,
  ),
  next: seeLog,
});

const downfall: Readonly<Record<Death, readonly [string, string]>> = {
  stuck: ['it went round in a loop', 'il tournait en boucle'],
  memory: ['it used up its memory', 'il a épuisé sa mémoire'],
  exit: ['it ended without a word', 'il s’est terminé sans un mot'],
};

export const broughtDown = ({ command, plugin }: Named, how: Death): Refusal => ({
  code: how === 'memory' ? 'plugin.memory' : how === 'stuck' ? 'plugin.stuck' : 'plugin.ended',
  say: t(
    `“${command}” was stopped: the plugin ${plugin} failed, ${downfall[how][0]}.`,
    `« ${command} » a été arrêtée : le greffon ${plugin} a échoué, ${downfall[how][1]}.`,
  ),
  next: seeLog,
});

export const paused = (plugin: string, until: number): Refusal => {
  const time = `${new Date(until).toISOString().slice(11, 16)} UTC`;
  return {
    code: 'plugin.paused',
    say: t(
      `The plugin ${plugin} is paused until ${time}: it brought the plugins down three times in ten minutes.`,
      `Le greffon ${plugin} est en pause jusqu’à ${time} : il a fait tomber les greffons trois fois en dix minutes.`,
    ),
    next: t(
      'Correct it: it starts again as soon as its file changes.',
      'Corrigez-le : il repart dès que son fichier change.',
    ),
    retryable: true,
  };
};

export const unavailable = ({ command }: Pick<PluginCall, 'command'>): Refusal => ({
  code: 'plugin.unavailable',
  say: t(
    `“${command}” cannot be answered now: the plugins are starting again.`,
    `« ${command} » ne peut pas répondre maintenant : les greffons redémarrent.`,
  ),
  next: t('Try again in a moment.', 'Réessayez dans un instant.'),
  retryable: true,
});

export const unknownCommand = ({ command, plugin }: Named): Refusal => ({
  code: 'plugin.unknown_command',
  say: t(
    `The plugin ${plugin} has no command “${command}” any more.`,
    `Le greffon ${plugin} n’a plus de commande « ${command} ».`,
  ),
  next: t('“help” lists what there is.', '« help » liste ce qu’il y a.'),
});

export const killedLoading = (plugin: string, how: Death): Refusal => ({
  code: 'plugin.broken',
  say: t(
    `The plugin ${plugin} does not load: ${downfall[how][0]}.`,
    `Le greffon ${plugin} ne se charge pas : ${downfall[how][1]}.`,
  ),
  next: t(
    'Correct the file and save it; it is loaded again at once.',
    'Corrigez le fichier et enregistrez-le ; il est rechargé aussitôt.',
  ),
});

export const cannotStart: Refusal = {
  code: 'plugin.cannot_start',
  say: t('The plugins cannot be started.', 'Les greffons ne peuvent pas démarrer.'),
  next: seeLog,
  retryable: true,
};

/** The news that a plugin did not load. */
export const brokenNews = (plugin: string, { say, next }: Refusal): PluginNews => ({
  kind: 'broken',
  plugin,
  say,
  ...(next === undefined ? {} : { next }),
});

/** The news that a plugin that did not load, or was paused, is well; `isThere` is false when its files are gone. */
export const mendedNews = (plugin: string, isThere: boolean): PluginNews => ({
  kind: 'mended',
  plugin,
  say: isThere
    ? t(
        `The plugin ${plugin} is in use again as its files are.`,
        `Le greffon ${plugin} sert à nouveau tel que sont ses fichiers.`,
      )
    : t(
        `The plugin ${plugin}, which was broken, is in use no more.`,
        `Le greffon ${plugin}, qui était fautif, ne sert plus.`,
      ),
});
