import { openAnchor } from '#audit/anchor.ts';
import { verifyAudit } from '#audit/verify.ts';
import type { AuditVerdict } from '#core/audit.ts';
import { type Text, t } from '#core/text.ts';
import { pathsIn } from '../paths.ts';
import { placeFor, readArguments } from './arguments.ts';
import { withStore } from './store.ts';
import { type CliCommand, exit, type Terminal, Usage } from './terminal.ts';

/** Says how the chain is, and always its head: to be compared with one that was kept elsewhere. */
function say({ intact, entries, head, broken }: AuditVerdict, isNoteGone: boolean, terminal: Terminal): void {
  if (!intact) {
    terminal.error(brokenAt(broken));
    terminal.out(
      t(
        `${entries} entries before it are intact, the newest of them ${head}`,
        `${entries} entrées avant elle sont intactes, la plus récente est ${head}`,
      ),
    );
  } else if (isNoteGone) {
    terminal.out(
      t(
        `The ${entries} entries fit each other, newest ${head}`,
        `Les ${entries} entrées se suivent, la plus récente est ${head}`,
      ),
    );
    terminal.error(noNote);
    terminal.error(compare);
  } else
    terminal.out(
      t(
        `✓ The audit is intact: ${entries} entries, newest ${head}`,
        `✓ L’audit est intact : ${entries} entrées, la plus récente est ${head}`,
      ),
    );
}

const reasons: Readonly<Record<Reason, readonly [string, string]>> = {
  hash: ['it was changed', 'elle a été modifiée'],
  link: ['it does not follow the one before', 'elle ne suit pas la précédente'],
  gap: ['an entry is missing', 'il manque une entrée'],
  missing: ['its end was cut off', 'sa fin a été coupée'],
};

type Reason = NonNullable<AuditVerdict['broken']>['reason'];

function brokenAt(broken: AuditVerdict['broken']): Text {
  const [en, fr] = broken ? reasons[broken.reason] : ['', ''];
  return t(
    `✗ The audit is broken at entry ${broken?.seq}: ${en}.`,
    `✗ L’audit est rompu à l’entrée ${broken?.seq} : ${fr}.`,
  );
}

const noNote = t(
  '✗ The note of the newest entry (audit.head) is not there, so a cut-off end would not be found.',
  '✗ La note de la dernière entrée (audit.head) n’est pas là : une fin coupée ne se verrait pas.',
);
const compare = t(
  'Compare the newest entry with a copy kept elsewhere; the bot makes a new note when it starts.',
  'Comparez la dernière entrée avec une copie gardée ailleurs ; le bot refait une note à son démarrage.',
);

/** `quarterdeck audit verify`: proves that no entry was changed, removed or cut off. */
export const audit: CliCommand = {
  usage: 'audit verify [--json]',
  about: t('Prove that nobody edited the audit', 'Prouver que personne n’a modifié l’audit'),
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, {}, 1);
    if (positionals.join(' ') !== 'verify')
      throw new Usage(
        t('The audit can be verified only: “audit verify”.', 'L’audit se vérifie seulement : « audit verify ».'),
      );
    const { data } = await placeFor(values.config, terminal);
    const anchor = await openAnchor(pathsIn(data).anchor);
    const noted = anchor.newest();
    const verdict = await withStore(data, (store) => verifyAudit(store.audit, noted ? [noted] : []));
    const isNoteGone = noted === undefined && verdict.entries > 0;
    if (values.json) terminal.out(JSON.stringify({ ...verdict, noted: noted !== undefined }));
    else say(verdict, isNoteGone, terminal);
    return verdict.intact && !isNoteGone ? exit.done : exit.failed;
  },
};
