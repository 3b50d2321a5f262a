import type { AuditEntry } from './audit.ts';
import { Fault } from './errors.ts';
import { t } from './text.ts';

/** An entry of the chain, known by its number and hash. */
export type AuditPoint = Pick<AuditEntry, 'seq' | 'hash'>;

/** The Fault `audit.cut`: the chain does not hold an entry that is known to have been there. */
export const auditCut = ({ seq }: AuditPoint): Fault =>
  new Fault({
    code: 'audit.cut',
    say: t(
      `The audit chain does not hold entry ${seq} as it was noted: its end was cut off or written anew.`,
      `Le journal d’audit ne contient pas l’entrée ${seq} telle qu’elle a été notée : sa fin a été coupée ou réécrite.`,
    ),
    next: t(
      'Run `bin/quarterdeck audit verify`; a copy of the store is put back with `bin/quarterdeck restore FILE`, never by hand.',
      'Lancez `bin/quarterdeck audit verify` ; une copie se remet avec `bin/quarterdeck restore FICHIER`, jamais à la main.',
    ),
    details: { seq },
  });
