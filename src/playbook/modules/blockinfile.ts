import { blockArguments, editBlock, prepareBlock } from './blockinfile/change.ts';
import { editing } from './edit/edit.ts';

/** Sees to it that a block of lines between two markers is in a file, or is not. */
export const blockInFile = editing({
  name: 'blockinfile',
  args: blockArguments,
  prepare: prepareBlock,
  edit: editBlock,
  followsLinks: () => true,
  result: ({ backup }) => (backup === undefined ? {} : { backup_file: backup }),
});
