import type { TextFile } from '../place/rewrite.ts';

/** A file in which modules or their parameters stand, with what it is to hold. */
export interface Rewritten {
  readonly file: TextFile;
  readonly text: string;
}

const literal = (name: string): string => name.replace(/[.+*?^$()[\]{}|\\]/g, '\\$&');

const loads = (name: string): RegExp => new RegExp(`^ *${literal(name)} *(?:[#;].*)?$`);
const option = (name: string): RegExp => new RegExp(`^options ${literal(name)} (\\w+=\\S+) *(?:[#;].*)?$`);

const linesOf = (file: TextFile): readonly string[] => (file.text ?? '').split('\n');

/** The module is loaded when the host starts. */
export const isLoadedAtStart = (files: readonly TextFile[], name: string): boolean =>
  files.some((file) => linesOf(file).some((line) => loads(name).test(line)));

/** The parameters the module gets when the host starts. */
export const parametersAtStart = (files: readonly TextFile[], name: string): ReadonlySet<string> =>
  new Set(files.flatMap((file) => linesOf(file).flatMap((line) => option(name).exec(line)?.[1] ?? [])));

const commented = (files: readonly TextFile[], pattern: RegExp): readonly Rewritten[] =>
  files.flatMap((file) => {
    const lines = linesOf(file);
    if (!lines.some((line) => pattern.test(line))) return [];
    return [{ file, text: lines.map((line) => (pattern.test(line) ? `#${line}` : line)).join('\n') }];
  });

/** The files with the module's lines as comments. */
export const withoutModule = (files: readonly TextFile[], name: string): readonly Rewritten[] =>
  commented(files, loads(name));

/** The files with the module's parameters as comments. */
export const withoutParameters = (files: readonly TextFile[], name: string): readonly Rewritten[] =>
  commented(files, option(name));
