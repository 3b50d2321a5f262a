import {
  type Card,
  join,
  type LogLevel,
  type LogLine,
  type LogsAnswer,
  type LogsQuery,
  nearestFirst,
  show,
  type Text,
  t,
} from '#kit';
import { readable } from './readable.ts';

const mostOffered = 5;
const longestShown = 400;

const offer = (targets: readonly string[]): NonNullable<Card['actions']> =>
  targets
    .filter((name) => /^[\w.-]+$/.test(name))
    .slice(0, mostOffered)
    .map((name, place) => ({ id: `target-${place}`, label: name, line: `logs ${name}` }));

/** No plugin knows any logs. */
export const noTargets: Card = {
  tone: 'warn',
  title: t('No logs are set up', 'Aucun journal n’est configuré'),
  text: t(
    'Name log files under `plugins.settings.machine.logs`.',
    'Nommez des fichiers sous `plugins.settings.machine.logs`.',
  ),
};

/** Which one? A tap answers. */
export const whose = (targets: readonly string[]): Card => ({
  tone: 'info',
  title: t('Whose logs?', 'Les journaux de qui ?'),
  text: targets.slice(0, 30).join(', '),
  actions: offer(targets),
});

/** Nobody knows logs of that. */
export const unknownTarget = (target: string, targets: readonly string[]): Card => ({
  tone: 'warn',
  title: t(`There are no logs of “${target}”`, `Il n’y a pas de journaux de « ${target} »`),
  text: join([t('There are logs of: ', 'Il y a des journaux de : '), targets.slice(0, 30).join(', '), '.']),
  actions: offer(nearestFirst(target, targets)),
});

const names: readonly (readonly [LogLevel, readonly [string, string], readonly [string, string]])[] = [
  ['error', ['error', 'errors'], ['erreur', 'erreurs']],
  ['warn', ['warning', 'warnings'], ['avertissement', 'avertissements']],
];

/** How an answer is shown: how many lines of it, over how long, which other targets are a tap away. */
export interface Look {
  readonly limit: number;
  readonly since: number;
  readonly others: readonly string[];
  /** When no line had the words: the answer without them. */
  readonly without?: LogsAnswer | undefined;
}

/** Counts first, then the newest lines. */
export function linesCard(query: LogsQuery, answer: LogsAnswer, args: Look, zone: string | undefined): Card {
  if (args.without && args.without.lines.length > 0) return noneWith(query, args.without, args);
  const { lines, more, note } = answer;
  const shown = lines.slice(-args.limit);
  const worst = names.find(([level]) => lines.some((line) => line.level === level))?.[0];
  const left = lines.length > shown.length || more;
  const said = [...(note ? [note] : []), ...(left ? [older(shown.length)] : [])];
  return {
    tone: toneOf(worst, answer),
    title: join([query.target, t(': ', ' : '), counts(answer), t(' in ', ' en '), show.duration(args.since / 1000)]),
    ...filterOf(query),
    ...(shown.length > 0 ? { code: codeOf(shown, query.to, zone) } : {}),
    ...(said.length > 0 ? { footer: join(said, ' · ') } : {}),
    actions: [...actionsOf(query, args.since, lines.length), ...offer(args.others)],
  };
}

/** No lines are good news only where all was read. */
function toneOf(worst: LogLevel | undefined, { lines, note }: LogsAnswer): Card['tone'] {
  if (worst === 'error') return 'bad';
  if (worst === 'warn') return 'warn';
  if (lines.length > 0) return 'info';
  return note ? 'warn' : 'good';
}

const listed = (words: readonly string[], open: string, close: string): string =>
  words.map((word) => `${open}${word.slice(0, 60)}${close}`).join(', ');

/** There were lines, and none had the words: that is an answer, and no good news. */
function noneWith(query: LogsQuery, { lines, more }: LogsAnswer, { since, others }: Look): Card {
  const { target, words, level } = query;
  const found = t(`no line with ${listed(words, '“', '”')} in `, `aucune ligne avec ${listed(words, '« ', ' »')} en `);
  const all = more ? t(`${lines.length}+ lines`, `plus de ${lines.length} lignes`) : allOf(lines.length);
  const without = words.length === 1 ? t(' without it', ' sans') : t(' without them', ' sans');
  const length = show.duration(since / 1000);
  return {
    tone: 'info',
    title: join([target, t(': ', ' : '), found, length, t('; ', ' ; '), all, without]),
    ...filterOf({ ...query, words: [] }),
    actions: [...allLines(target, since, level), ...offer(others)],
  };
}

const allLines = (target: string, since: number, level: LogLevel | undefined): NonNullable<Card['actions']> =>
  /^[\w.-]+$/.test(target)
    ? [
        {
          id: 'all',
          label: t('All lines', 'Toutes les lignes'),
          line: `logs ${target} --since ${Math.max(1, Math.round(since / 60_000))}m${level ? ` --level ${level}` : ''}`,
        },
      ]
    : [];

const allOf = (count: number): Text => show.count(count, ['line', 'lines'], ['ligne', 'lignes']);

const older = (count: number): Text =>
  t(
    `the newest ${count}; ask for more with --limit, or fewer with a word`,
    `les ${count} dernières ; --limit en montre plus, un mot en montre moins`,
  );

function counts({ lines, more }: LogsAnswer): Text {
  if (lines.length === 0) return t('no lines', 'aucune ligne');
  const counted = names.flatMap(([level, en, fr]) => {
    const count = lines.filter((line) => line.level === level).length;
    return count > 0 ? [show.count(count, en, fr)] : [];
  });
  const all = more ? t(`${lines.length}+ lines`, `plus de ${lines.length} lignes`) : allOf(lines.length);
  return join([...counted, all], ', ');
}

/** What was looked for; a person's words stay inside code marks. */
function filterOf({ words, level }: LogsQuery): Pick<Card, 'text'> {
  const parts = [
    ...words.map((word) => t(`with \`${unmarked(word)}\``, `avec \`${unmarked(word)}\``)),
    ...(level ? [t(`${level} or worse`, `${level} ou pire`)] : []),
  ];
  return parts.length === 0 ? {} : { text: join([t('Only lines ', 'Seulement les lignes '), join(parts, ', ')]) };
}

const unmarked = (word: string) => word.replace(/`/g, '’').slice(0, 60);

/** The time a line begins with, in the forms programs write it. */
const ownTime =
  /^\[?(?:\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?\s?(?:Z|[+-]\d{2}:?\d{2})?|[A-Z][a-z]{2}\s+\d{1,2} \d{2}:\d{2}:\d{2})\]?\s+/;

/** Every line begins with its time in the same form, whatever form it was written in; the zone is said once. */
function codeOf(lines: readonly LogLine[], now: number, zone: string | undefined): NonNullable<Card['code']> {
  const several = new Set(lines.map(({ source }) => source)).size > 1;
  const text = lines
    .map(({ at, source, line }) => {
      const words = readable(line.replace(ownTime, ''));
      const said = words.length > longestShown ? `${words.slice(0, longestShown)}…` : words;
      return `${show.clock(at, zone, now, true)} ${several ? `${source}: ` : ''}${said}`;
    })
    .join('\n');
  const name = show.zone(zone, now);
  return { language: 'log', title: t(`Times in ${name}`, `Heures en ${name}`), text };
}

/** The next thing one looks at: only errors, or further back. Offered only where the line can be typed back. */
function actionsOf({ target, words, level }: LogsQuery, since: number, found: number): NonNullable<Card['actions']> {
  if (words.length > 0 || !/^[\w.-]+$/.test(target)) return [];
  const minutes = Math.max(1, Math.round(since / 60_000));
  const errors = {
    id: 'errors',
    label: t('Only errors', 'Seulement les erreurs'),
    line: `logs ${target} --since ${minutes}m --level error`,
  };
  const back = {
    id: 'back',
    label: t('Further back', 'Plus loin'),
    line: `logs ${target} --since ${minutes * 4}m${level ? ` --level ${level}` : ''}`,
  };
  return [...(level === undefined && found > 0 ? [errors] : []), ...(minutes * 4 <= 43_200 ? [back] : [])];
}
