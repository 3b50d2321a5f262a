import type { Actor } from '#core/actor.ts';
import type { Card } from '#core/card.ts';
import { join, type Text, t } from '#core/text.ts';
import { show } from '#kit/show.ts';
import type { ArgDescription, CommandDescription } from './catalogue.ts';

/** How an argument is written: `APP`, `[to HOSTS]`, `[--since 1h]`. */
function usageOf(arg: ArgDescription): string {
  const name = arg.kind === 'vars' ? 'name=value…' : arg.name.toUpperCase() + (arg.kind === 'words' ? '…' : '');
  const shown = arg.kind === 'flag' ? `--${arg.name}` : arg.named ? `--${arg.name} ${name}` : name;
  const whole = arg.after ? `${arg.after} ${shown}` : shown;
  return arg.required ? whole : `[${whole}]`;
}

/** How a command is written. */
export const usage = (command: CommandDescription): string => [command.name, ...command.args.map(usageOf)].join(' ');

/** What is asked most, where there is such a command: these come first, as buttons. */
const mostUsed = ['status', 'deploy', 'logs', 'runs'];

/** The most used, and how to learn the rest. */
export function helpCard(commands: readonly CommandDescription[], actor: Actor): Card {
  // `runs show` goes with `runs`: what is of several words is for the whole list.
  const others = commands.filter((one) => one.plugin !== '' && !one.name.includes(' '));
  const first = mostUsed.filter((name) => others.some((one) => one.name === name));
  const more = others.filter((one) => one.kind === 'question' && !first.includes(one.name)).map((one) => one.name);
  const names = (kind: CommandDescription['kind'], word: Text): readonly Text[] => {
    const all = others.filter((one) => one.kind === kind).map((one) => `\`${one.name}\``);
    return all.length === 0 ? [] : [join([word, ' ', all.join(' ')])];
  };
  return {
    tone: 'info',
    title: t(`What I can do for you, ${actor.name}`, `Ce que je peux faire pour vous, ${actor.name}`),
    text: join(
      [
        ...names('question', t('**Ask**', '**Demander**')),
        ...names('change', t('**Change**', '**Changer**')),
        howToLearn(exampleOf(others)),
      ],
      '\n',
    ),
    actions: lines([...first, ...more].slice(0, 4)),
  };
}

/** The command that is named as an example: one that there is for this person, a change where they may make one. */
const exampleOf = (commands: readonly CommandDescription[]): string | undefined =>
  [commands.find(({ name }) => name === 'deploy'), commands.find(({ kind }) => kind === 'change'), ...commands].find(
    (one) => one !== undefined,
  )?.name;

const everything = t('Everything: `help all`.', 'Tout : `help all`.');

const howToLearn = (example: string | undefined): Text =>
  example === undefined
    ? everything
    : join([t(`More of one: \`help ${example}\`.`, `Plus sur l’une : \`help ${example}\`.`), everything], ' ');

const lines = (all: readonly string[]): NonNullable<Card['actions']> =>
  all.map((line, index) => ({ id: `try-${index}`, label: line, line }));

/** Everything this person may use, a line each. */
export function allCard(commands: readonly CommandDescription[]): Card {
  const list = (heading: Text, wanted: (one: CommandDescription) => boolean): Text =>
    join([heading, ...commands.filter(wanted).map((one) => join([`- \`${usage(one)}\` `, one.about]))], '\n');
  return {
    tone: 'info',
    title: t('All commands', 'Toutes les commandes'),
    text: join(
      [
        list(t('**Ask**', '**Demander**'), (one) => one.plugin !== '' && one.kind === 'question'),
        list(
          t(
            '**Change** (what is new shows its plan first)',
            '**Changer** (ce qui est nouveau montre son plan d’abord)',
          ),
          (one) => one.plugin !== '' && one.kind === 'change',
        ),
        list(t('**Answer**', '**Répondre**'), (one) => one.plugin === ''),
        t(
          '`plan` before any change only shows what it would do.',
          '`plan` devant un changement montre seulement ce qu’il ferait.',
        ),
      ],
      '\n',
    ),
  };
}

/** No such command for this person: those that are near, as buttons. */
export const noHelp = (wanted: string, near: readonly string[]): Card => ({
  tone: 'warn',
  title: t(
    `There is no command “${wanted.slice(0, 40)}” for you`,
    `Il n’y a pas de commande « ${wanted.slice(0, 40)} » pour vous`,
  ),
  actions: lines([...near.map((name) => `help ${name}`), 'help']),
});

/** One command: how it is written, what each part means, those that begin with its name, examples that work here as buttons. */
export function commandCard(
  command: CommandDescription,
  commands: readonly CommandDescription[],
  examples: readonly string[],
): Card {
  const more = commands.filter(({ name }) => name.startsWith(`${command.name} `));
  const rows = command.args.map((arg) => [usageOf(arg), join([arg.about, detail(arg)])] as const);
  return {
    tone: 'info',
    title: join([command.name, t(': ', ' : '), command.about]),
    code: { text: [command, ...more].map(usage).join('\n'), language: 'text' },
    ...(rows.length === 0 ? {} : { table: { columns: [t('Part', 'Partie'), t('Meaning', 'Sens')], rows } }),
    actions: lines(examples),
    ...(command.permission === ''
      ? {}
      : { footer: t(`Permission: ${command.permission}`, `Permission : ${command.permission}`) }),
  };
}

/** What else there is to know of an argument: its default and its choices. */
function detail(arg: ArgDescription): Text {
  const choices = arg.choices ?? arg.suggestions ?? [];
  const parts: Text[] = [];
  if (choices.length > 0) parts.push(choices.slice(0, 8).join(', '));
  if (arg.default !== undefined && typeof arg.default !== 'object') {
    const shown: Text = arg.kind === 'duration' ? show.duration(Number(arg.default) / 1000) : String(arg.default);
    parts.push(join([t('otherwise ', 'sinon '), shown]));
  }
  return parts.length === 0 ? '' : join([' (', join(parts, '; '), ')']);
}
