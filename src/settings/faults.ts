import type { ErrorCode } from '#core/error-codes.ts';
import { inLanguage, type Language, type Text, t } from '#core/text.ts';

/** A spot in a file, counted from 1; line 0 when the fault is not in a file (an environment variable). */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The keys and list numbers that lead to a value. */
export type Path = readonly (string | number)[];

/** The codes of what can be wrong with the configuration. */
export type SettingsCode = Extract<ErrorCode, `settings.${string}`>;

/** One thing wrong with the configuration: where, what, and what would be right. Never holds the value of a secret. */
export interface SettingsFault extends Place {
  /** Stable, and listed in the catalogue. */
  readonly code: SettingsCode;
  /** `people[0].id`; empty for the whole file. */
  readonly path: string;
  readonly message: Text;
  readonly hint?: Text;
}

/** A path as a person writes it: `people[0].id`. */
export const showPath = (path: Path): string =>
  path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');

/** What is told of a fault. */
type Told = Omit<SettingsFault, 'code'>;

const placeText = (fault: Told): string =>
  fault.line === 0 ? fault.file : `${fault.file}:${fault.line}:${fault.column}`;

const hintText = (fault: Told, language: Language): string =>
  fault.hint === undefined ? '' : ` ${inLanguage(fault.hint, language)}`;

/** One line for each fault, as compilers print them: `file:line:column sentence`. */
export const describeFaults = (faults: readonly Told[], language: Language): string =>
  faults
    .map((fault) => `${placeText(fault)} ${inLanguage(fault.message, language)}${hintText(fault, language)}`)
    .join('\n');

const mostTold = 5;

/** The first faults, for where there is no room for all: the others are counted. */
export function firstFaults(faults: readonly Told[]): Text {
  const more = faults.length - mostTold;
  const [en, fr] = more > 0 ? [`\nand ${more} more`, `\net ${more} de plus`] : ['', ''];
  const few = faults.slice(0, mostTold);
  return t(`${describeFaults(few, 'en')}${en}`, `${describeFaults(few, 'fr')}${fr}`);
}

/** Faults in the order a person meets them while reading the file. */
export const inReadingOrder = (faults: readonly SettingsFault[]): SettingsFault[] =>
  [...faults].sort((a, b) => a.line - b.line || a.column - b.column);

/** «Did you mean …?», when there is something near. */
export const didYouMean = (near: string | undefined): { readonly hint?: Text } =>
  near === undefined ? {} : { hint: t(`Did you mean "${near}"?`, `Vouliez-vous dire « ${near} » ?`) };
