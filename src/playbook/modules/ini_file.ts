import { editing } from './edit/edit.ts';
import { iniArguments, prepareIni } from './ini_file/arguments.ts';
import { editIni } from './ini_file/change.ts';

/** Sets or removes an option of an INI file, or a whole section. */
export const iniFile = editing({
  name: 'ini_file',
  args: iniArguments,
  prepare: prepareIni,
  edit: editIni,
  followsLinks: (edit) => edit.follow,
  result: ({ path, backup, now }) => ({ path, ...now, ...(backup !== undefined && { backup_file: backup }) }),
});
