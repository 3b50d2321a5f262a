import { refusalOf } from '#core/errors.ts';
import { inLanguage, join, t } from '#core/text.ts';
import type { OpenEdges } from './edges.ts';
import type { Undo } from './undo.ts';
import type { SayOnBoard } from './until-said.ts';

/** How often the newest audit hash is noted beside the store. */
const noteEveryMs = 5_000;

const nothingMore = t(
  'Nothing more is done: what is done could not be written down.',
  'Plus rien n’est fait : ce qui est fait ne pourrait être consigné.',
);

/**
 * Notes the audit's newest hash every so often, and once more at the end. A chain that was cut meanwhile gets no entry
 * more: that is told, and what was cut off stays noted, so that the next start misses it, too.
 */
export function keepAnchor(edges: OpenEdges, onBoard: SayOnBoard, notice: (words: string) => void, undo: Undo): void {
  const { anchor, auditGuard, store, log } = edges;
  const failed = (err: unknown) => log.error({ err }, 'the audit anchor');

  auditGuard.onCut((refusal, entry) => {
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
