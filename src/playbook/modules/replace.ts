import { editing } from './edit/edit.ts';
import { editReplace, prepareReplace, replaceArguments } from './replace/change.ts';

/** Replaces every match of a regular expression in a file. */
export const replace = editing({
  name: 'replace',
  args: replaceArguments,
  prepare: prepareReplace,
  edit: editReplace,
  followsLinks: () => true,
  result: ({ backup }) => (backup === undefined ? {} : { backup_file: backup }),
});
