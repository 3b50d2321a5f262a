import { openAnchor } from '#audit/anchor.ts';
import { verifyAudit } from '#audit/verify.ts';
import { pathsIn } from '../paths.ts';
import { readArguments, settingsFor } from './arguments.ts';
import { withStore } from './store.ts';
import { type CliCommand, exit, Usage } from './terminal.ts';

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
    if (values.json) terminal.out(JSON.stringify(verdict));
    else if (verdict.intact) terminal.out(`✓ The audit is intact: ${verdict.entries} entries, newest ${verdict.head}`);
    else terminal.error(`✗ The audit is broken at entry ${verdict.broken?.seq} (${verdict.broken?.reason}).`);
    return verdict.intact ? exit.done : exit.failed;
  },
};
