import { inLanguage, type Text, t } from '#core/text.ts';
import { everyId } from '#settings/people.ts';
import { type Bot, startBot } from '../bot.ts';
import { whileStarting } from '../taken-away.ts';
import { allFaults } from './all-faults.ts';
import { faulty, loadFor, readArguments } from './arguments.ts';
import { ownLine, type Which } from './own-line.ts';
import { type CliCommand, exit, type Terminal } from './terminal.ts';

const mostNamed = 8;

/** How people get a login link, each by name. */
function linksHint(names: readonly string[], which: Which): Text {
  if (names.length === 0) return nobody;
  const few = names.slice(0, mostNamed).join(', ');
  const more = names.length > mostNamed ? ', …' : '';
  return t(
    `A login link for ${few}${more}: ${ownLine('login NAME', which)}`,
    `Un lien de connexion pour ${few}${more} : ${ownLine('login NOM', which)}`,
  );
}

const nobody = t(
  'Nobody can log in yet: name people of the console under “people” in the configuration.',
  'Personne ne peut encore se connecter : nommez des gens de la console sous « people » dans la configuration.',
);

/** The people who get a login link printed: only in the demo, or where a person looks at the terminal. */
async function welcome(bot: Bot, terminal: Terminal, config: string | undefined): Promise<string> {
  const say = (en: string, fr: string) => inLanguage(t(en, fr), terminal.language);
  const lines = ['', `  ${say('Quarterdeck is open at', 'Quarterdeck est ouvert sur')} ${bot.url}`, ''];
  const people = everyId(bot.settings.people).filter((person) => person.id.startsWith('console:'));
  if (bot.demo || process.stdout.isTTY) {
    const links = people.slice(0, 5).map(async (person) => {
      const roles = person.roles.join(', ');
      return `  ${person.name} (${roles})\n    ${await bot.invite(person.id)}`;
    });
    lines.push(
      say('  Log in (each link works once):', '  Se connecter (chaque lien sert une fois) :'),
      ...(await Promise.all(links)),
    );
  }
  const hint = linksHint(
    people.map(({ id }) => id.replace(/^console:local:/, '')),
    { config, env: terminal.env },
  );
  lines.push('', `  ${inLanguage(hint, terminal.language)}`, `  ${say('Log:', 'Journal :')} ${bot.logFile}`);
  if (bot.demo) {
    lines.push(
      `  ${say('Demo fleet: web-1, web-2, db-1. Try: help, metrics, logs, deploy shop v2', 'Flotte de démonstration : web-1, web-2, db-1. Essayez : help, metrics, logs, deploy shop v2')}`,
    );
  }
  for (const { say: what, next = '' } of bot.warnings)
    lines.push(`  ! ${inLanguage(what, terminal.language)} ${inLanguage(next, terminal.language)}`.trimEnd());
  lines.push(`  ${say('Ctrl-C stops it.', 'Ctrl-C l’arrête.')}`, '');
  return lines.join('\n');
}

/** `quarterdeck start`: the bot, until it is told to stop. */
export const start: CliCommand = {
  usage: t('start [--config FILE]', 'start [--config FICHIER]'),
  about: t('Start the bot', 'Démarrer le bot'),
  async run(args, terminal) {
    const { values } = readArguments(args, {});
    const loaded = await loadFor(values.config, terminal);
    if (!loaded.ok) throw faulty(await allFaults(loaded, terminal.env), terminal);
    const { data } = loaded.settings;
    const starting = { loaded, env: terminal.env, ...(values.config === undefined ? {} : { config: values.config }) };
    const bot = await whileStarting(data, () => startBot({ ...starting, notice: (words) => terminal.error(words) }));
    void terminal.lost.then((cause) => bot.log.warn({ err: cause }, 'the terminal takes no more words'));
    try {
      const booted = whileStarting(data, async () => {
        await bot.boot(); // who comes at once finds the demo's shop open
        return welcome(bot, terminal, values.config);
      });
      terminal.out(await booted);
      if (!terminal.signal.aborted) {
        await new Promise((resolve) => terminal.signal.addEventListener('abort', resolve, { once: true }));
      }
    } finally {
      await bot.stop();
    }
    terminal.out(t('Stopped.', 'Arrêté.'));
    return exit.done;
  },
};
