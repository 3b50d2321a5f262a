import { openAnchor } from '#audit/anchor.ts';
import { verifyAudit } from '#audit/verify.ts';
import type { AuditVerdict } from '#core/audit.ts';
import { pathsIn } from '../paths.ts';
import { readArguments, settingsFor } from './arguments.ts';
import { withStore } from './store.ts';
import { type CliCommand, exit, type Terminal, Usage } from './terminal.ts';

/** Says how the chain is, and always its head: to be compared with one that was kept elsewhere. */
function say({ intact, entries, head, broken }: AuditVerdict, isNoteGone: boolean, terminal: Terminal): void {
  if (!intact) {
    terminal.error(`✗ The audit is broken at entry ${broken?.seq} (${broken?.reason}).`);
    terminal.out(`${entries} entries before it are intact, the newest of them ${head}`);
  } else if (isNoteGone) {
    terminal.out(`The ${entries} entries fit each other, newest ${head}`);
    terminal.error('✗ The note of the newest entry (audit.head) is not there, so a cut-off end would not be found.');
    terminal.error('Compare the newest entry with a copy kept elsewhere; the bot makes a new note when it starts.');
  } else terminal.out(`✓ The audit is intact: ${entries} entries, newest ${head}`);
}

/** `quarterdeck audit verify`: proves that no entry was changed, removed or cut off. */
export const audit: CliCommand = {
  usage: 'audit verify [--json]',
  about: 'Prove that nobody edited the audit',
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, {});
    if (positionals.join(' ') !== 'verify') throw new Usage('The only thing to do is: quarterdeck audit verify');
    const { settings } = await settingsFor(values.config, terminal);
    const anchor = await openAnchor(pathsIn(settings.data).anchor);
    const noted = anchor.newest();
    const verdict = await withStore(settings.data, (store) => verifyAudit(store.audit, noted ? [noted] : []));
    const isNoteGone = noted === undefined && verdict.entries > 0;
    if (values.json) terminal.out(JSON.stringify({ ...verdict, noted: noted !== undefined }));
    else say(verdict, isNoteGone, terminal);
    return verdict.intact && !isNoteGone ? exit.done : exit.failed;
  },
};
