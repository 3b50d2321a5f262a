import type { Anchor } from '#audit/anchor.ts';
import { refusalOf } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { Runner } from '#core/run.ts';
import type { AuditLog } from '#core/store.ts';
import { inLanguage, join, t } from '#core/text.ts';
import type { Settings } from '#settings/schema.ts';
import type { AuditGuard } from './audit-guard.ts';
import type { Undo } from './undo.ts';
import type { SayOnBoard } from './until-said.ts';

/** How often the newest audit hash is noted beside the store. */
const noteEveryMs = 5_000;

const nothingMore = t(
  'Nothing more is done: what is done could not be written down. Runs under way stop after their step.',
  'Plus rien n’est fait : ce qui est fait ne pourrait être consigné. Les exécutions en cours s’arrêtent après leur étape.',
);

/** Where it is kept, and of what. */
interface Anchored {
  readonly anchor: Pick<Anchor, 'newest' | 'keep' | 'note'>;
  readonly auditGuard: AuditGuard;
  readonly store: { readonly audit: Pick<AuditLog, 'last' | 'from'> };
  readonly log: Log;
  settings(): Pick<Settings, 'language'>;
}

/** Who is told of a chain that was cut: the board and the terminal. */
interface Told {
  readonly onBoard: SayOnBoard;
  readonly notice: (words: string) => void;
}

/**
 * Notes the audit's newest hash every so often, and once more at the end. A chain that was cut meanwhile gets no entry
 * more: runs under way stop, that is told, and what was cut off stays noted, so that the next start misses it, too.
 */
export function keepAnchor(edges: Anchored, runner: Pick<Runner, 'halt'>, { onBoard, notice }: Told, undo: Undo): void {
  const { anchor, auditGuard, store, log } = edges;
  const failed = (err: unknown) => log.error({ err }, 'the audit anchor');

  auditGuard.onCut((refusal, entry) => {
    runner.halt();
    log.error({ refusal }, 'the audit was cut while the bot runs; it gets no entry more');
    const text = join([...(refusal.next === undefined ? [] : [refusal.next]), nothingMore], '\n');
    notice(inLanguage(join([refusal.say, text], '\n'), edges.settings().language));
    onBoard('audit', { tone: 'bad', title: refusal.say, text });
    anchor.note(entry).catch(failed);
  });

  const note = async (): Promise<void> => {
    const newest = auditGuard.newest();
    try {
      if (newest) await anchor.note(newest);
      await anchor.keep(store.audit);
    } catch (thrown) {
      const known = anchor.newest();
      if (refusalOf(thrown)?.code === 'audit.cut' && known) auditGuard.cut(known);
      else failed(thrown);
    }
  };
  const timer = setInterval(note, noteEveryMs);
  undo.add(() => {
    clearInterval(timer);
    return note();
  });
}
