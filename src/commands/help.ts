import type { Actor } from '#core/actor.ts';
import type { Card } from '#core/card.ts';
import { join, type Text, t } from '#core/text.ts';
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

/** Everything this person may use, a line each. */
export function helpCard(commands: readonly CommandDescription[], actor: Actor): Card {
  const line = (command: CommandDescription): Text => join([`\`${usage(command)}\` `, command.about]);
  const list = (kind: 'question' | 'change') =>
    join(
      commands.filter((one) => one.kind === kind && one.plugin !== '').map((one) => join(['- ', line(one)])),
      '\n',
    );
  const own = join(
    commands.filter((one) => one.plugin === '').map((one) => join(['- ', line(one)])),
    '\n',
  );
  const text = join(
    [
      t('**Ask**', '**Demander**'),
      list('question'),
      t('**Change** (a plan is always shown first)', '**Changer** (le plan est toujours montré d’abord)'),
      list('change'),
      t('**Answer**', '**Répondre**'),
      own,
      t(
        '`plan` before any change only shows what it would do.',
        '`plan` devant un changement montre seulement ce qu’il ferait.',
      ),
    ],
    '\n',
  );
  const tries = commands
    .filter((one) => one.kind === 'question' && one.plugin !== '')
    .flatMap((one) => one.examples.slice(0, 1));
  return {
    tone: 'info',
    title: t(`What I can do for you, ${actor.name}`, `Ce que je peux faire pour vous, ${actor.name}`),
    text,
    actions: tries.slice(0, 4).map((example, index) => ({ id: `try-${index}`, label: example, line: example })),
  };
}

/** One command: how it is written, what each part means, examples as buttons. */
export function commandCard(command: CommandDescription): Card {
  const rows = command.args.map((arg) => [usageOf(arg), join([arg.about, detail(arg)])] as const);
  return {
    tone: 'info',
    title: join([`${command.name}: `, command.about]),
    code: { text: usage(command), language: 'text' },
    ...(rows.length === 0 ? {} : { table: { columns: [t('Part', 'Partie'), t('Meaning', 'Sens')], rows } }),
    actions: command.examples
      .slice(0, 4)
      .map((example, index) => ({ id: `try-${index}`, label: example, line: example })),
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
    const shown = arg.kind === 'duration' ? `${Number(arg.default) / 60_000} min` : String(arg.default);
    parts.push(t(`otherwise ${shown}`, `sinon ${shown}`));
  }
  return parts.length === 0 ? '' : join([' (', join(parts, '; '), ')']);
}
