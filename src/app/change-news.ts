import { refusalOf } from '#core/errors.ts';
import { furtherFaults } from '#core/further-faults.ts';
import { each, join, type Text, t } from '#core/text.ts';
import { describeFaults, firstFaults, type SettingsFault } from '#settings/faults.ts';
import { emptied } from '#settings/watch.ts';
import { type Lost, lostText } from './lost.ts';

/** What the terminal and the board are told of a change. */
export interface ChangeNews {
  readonly title: Text;
  readonly text?: Text;
  /** It goes on the board, where it stays until the next good change says that all is well. */
  readonly isLoud: boolean;
}

/** Where there is room for one line only. */
export const firstLine = (text: Text): Text => each(text, (words) => words.split('\n', 1).join());

/** `check` is the command that tells all, as it must be typed. */
const broken = (check: string): Text =>
  t(
    `The changed configuration is broken; the last good one stays in force. All that is wrong with it: ${check}`,
    `La configuration modifiée est fautive ; la dernière bonne reste en vigueur. Tout ce qui ne va pas : ${check}`,
  );
const stays = t('The last good one stays in force.', 'La dernière bonne reste en vigueur.');

/** A file that says what it may not; an emptied one says it all in its title. */
export function brokenBy(faults: readonly SettingsFault[], check: string): ChangeNews {
  const [first] = faults;
  if (first?.code === emptied) return { title: join([first.message, stays], ' '), isLoud: true };
  return { title: broken(check), text: firstFaults(faults), isLoud: true };
}

const again = t('The configuration was read again.', 'La configuration a été relue.');
const withLosses = t(
  'The configuration was read again, and no longer names all it did',
  'La configuration a été relue, et ne nomme plus tout ce qu’elle nommait',
);
const withSlips = t(
  'The configuration was read again, and names what there is not',
  'La configuration a été relue, et nomme ce qui n’existe pas',
);
const inPart = t(
  'The configuration was read again, and needs a restart in part',
  'La configuration a été relue, et demande en partie un redémarrage',
);

/** What people must know of a change that is in force. */
export interface Known {
  /** Names in it that nothing has. */
  readonly unknown: readonly SettingsFault[];
  readonly lost: Lost | undefined;
  /** Its keys that are in force only after a restart. */
  readonly afterRestart: readonly string[];
}

/** A change that is in force, and what people must know of it. */
export function readAgain({ unknown, lost, afterRestart }: Known): ChangeNews {
  const keys = afterRestart.join(', ');
  const told: readonly (readonly [Text, Text])[] = [
    ...(unknown.length > 0
      ? [[withSlips, t(describeFaults(unknown, 'en'), describeFaults(unknown, 'fr'))] as const]
      : []),
    ...(lost ? [[withLosses, lostText(lost)] as const] : []),
    ...(keys
      ? [[inPart, t(`Only after a restart: ${keys}`, `Seulement après un redémarrage : ${keys}`)] as const]
      : []),
  ];
  const [first] = told;
  if (first === undefined) return { title: again, isLoud: false };
  const text = join(
    told.map(([, each]) => each),
    '\n',
  );
  return { title: first[0], text, isLoud: true };
}

const notTaken = t(
  'The changed configuration was not put in force; the last good one stays',
  'La configuration modifiée n’a pas été mise en vigueur ; la dernière bonne reste',
);
const oldPlugins = t(
  'The configuration was read again, but the plugins go on with what it said before',
  'La configuration a été relue, mais les greffons gardent ce qu’elle disait avant',
);
const seeLog = t('The log says why.', 'Le journal dit pourquoi.');

/** A change that is in force, except for the plugins, which could not be started with it. */
export function withOldPlugins(cause: unknown): ChangeNews {
  const refusal = refusalOf(cause);
  const lines = refusal === undefined ? [seeLog] : [refusal.say, ...(refusal.next === undefined ? [] : [refusal.next])];
  return { title: oldPlugins, text: join(lines, '\n'), isLoud: true };
}

/** A change that could not be put in force: it does not go with the inventory, or that is broken itself, or it could not be written down. */
export function notInForce(cause: unknown, check: string): ChangeNews {
  const refusal = refusalOf(cause);
  if (refusal === undefined) return { title: notTaken, text: seeLog, isLoud: true };
  const { code, say, next } = refusal;
  const lines = [say, ...furtherFaults(refusal), ...(next === undefined ? [] : [next])];
  return { title: code.startsWith('store.') ? notTaken : broken(check), text: join(lines, '\n'), isLoud: true };
}
