import { editing } from './edit/edit.ts';
import { lineArguments, prepareLine } from './lineinfile/arguments.ts';
import { editLines } from './lineinfile/change.ts';

/** Sees to it that a line is in a file, or is not. */
export const lineInFile = editing({
  name: 'lineinfile',
  args: lineArguments,
  prepare: prepareLine,
  edit: editLines,
  followsLinks: () => true,
  result: ({ backup }) => ({ backup: backup ?? '' }),
});
