import type { Json } from '#core/json.ts';
import { type Text, t } from '#core/text.ts';
import { splitWords } from '../../words/split.ts';
import { isMode } from '../state/mode.ts';

/** One option of rsync's, as it is to be passed on: `--exclude=x`. */
export type RsyncOption = string;

const valued = /^--(?:exclude|include|exclude-from|include-from|filter|chmod|chown)$/;

/** The options in `rsync_opts`: each entry may hold several words, and a value may follow its option. */
export const optionsOf = (written: readonly string[]): readonly RsyncOption[] => {
  const options: string[] = [];
  for (const word of splitWords(written.join(' ')) ?? []) {
    const last = options.at(-1) ?? '';
    if (valued.test(last)) options[options.length - 1] = `${last}=${word}`;
    else options.push(word);
  }
  return options;
};

/** True when every quote is closed. */
export const isWhole = (written: readonly string[]): boolean => splitWords(written.join(' ')) !== undefined;

/** What is carried out without rsync, between the controller and a host. */
const ours =
  /^--(?:exclude=.+|include=.+|exclude-from=.+|include-from=.+|chown=[^:]*(?::[^:]*)?|chmod=.+|no-(?:owner|group|perms|times|links|recursive|o|g|p|t|l|r|motd)|omit-dir-times|delete-excluded|ignore-existing|numeric-ids|delete|delete-after|checksum)$|^-[Oc]$/;

/** What rsync itself may be told besides, where both ends are on one host: nothing that runs a program or writes elsewhere. */
const theirs =
  /^--(?:filter=.+|no-[a-z-]+|acls|xattrs|hard-links|sparse|update|size-only|omit-link-times|one-file-system|prune-empty-dirs|(?:max|min)-size=\w+|max-delete=\d+|modify-window=-?\d+|bwlimit=[\w.]+|inplace|whole-file|(?:un)?safe-links|copy-(?:unsafe-links|dirlinks)|keep-dirlinks|devices|specials|executability|force|cvs-exclude|delete-(?:before|during|delay)|(?:user|group)map=.+|fuzzy|human-readable|itemize-changes|relative|ignore-times|fake-super|mkpath|verbose|stats)$|^-[aAHXSxuKkLWEmChDopgtlrdvOcRyI]+$/;

/** True for an option that we carry out ourselves. */
export const isOurs = (option: RsyncOption): boolean => ours.test(option) && isReadable(option);

/** True for an option that rsync may be given. */
export const isTheirs = (option: RsyncOption): boolean => ours.test(option) || theirs.test(option);

/** `D755,F644` and its kin: each clause a mode, for folders or files only. */
const isReadable = (option: RsyncOption): boolean => {
  const [, clauses] = /^--chmod=(.*)$/s.exec(option) ?? [];
  return clauses === undefined || clauses.split(',').every((clause) => isMode(clause.replace(/^[DF]/, '')));
};

/** Why the options are not carried out: said when the playbook is read. */
export const refuseOptions = (value: Json): Text | undefined => {
  const written = Array.isArray(value) ? value.map(String) : [];
  if (!isWhole(written))
    return t('synchronize: a quote in rsync_opts is not closed', 'synchronize : un guillemet de rsync_opts est ouvert');
  const bad = optionsOf(written).find((option) => !isTheirs(option));
  if (bad === undefined) return undefined;
  return t(
    `synchronize does not pass “${bad}” to rsync: leave it out, or run rsync by command`,
    `synchronize ne donne pas « ${bad} » à rsync : retirez-le, ou lancez rsync par command`,
  );
};
