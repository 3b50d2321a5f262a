/** The rights by which root may read and write what no mode lets it. */
const aboveModes = '-dac_override,-dac_read_search';

/** A program and its words, run so that the modes of files count for it, as for any account but root. */
export const underModes = (program: string, ...words: readonly string[]): readonly [string, readonly string[]] =>
  process.getuid?.() === 0
    ? ['setpriv', [`--bounding-set=${aboveModes}`, `--inh-caps=${aboveModes}`, '--', program, ...words]]
    : [program, words];
