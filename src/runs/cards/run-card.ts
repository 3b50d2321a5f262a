import type { Card, Tone } from '#core/card.ts';
import type { HostRecap, Run, RunState, Step } from '#core/run.ts';
import { join, type Text, t } from '#core/text.ts';
import { printable } from '../text.ts';
import {
  both,
  bullets,
  changes,
  codeLimit,
  folded,
  hosts,
  literal,
  parts,
  plural,
  reason,
  section,
  shownHosts,
  shownSteps,
} from './words.ts';

const runWords: Readonly<Record<RunState, Text>> = {
  queued: t('waiting', 'en attente'),
  running: t('running', 'en cours'),
  done: t('done', 'fait'),
  failed: t('failed', 'échec'),
  cancelled: t('cancelled', 'annulée'),
  interrupted: t('interrupted', 'interrompue'),
  drifted: t('stopped: not as planned any more', 'arrêtée : ce n’est plus comme prévu'),
};

const runTones: Readonly<Record<RunState, Tone>> = {
  queued: 'info',
  running: 'running',
  done: 'good',
  failed: 'bad',
  cancelled: 'warn',
  interrupted: 'warn',
  drifted: 'warn',
};

const badStates = new Set(['failed', 'unreachable', 'unknown']);

const verdictOfRun = (run: Run, all: readonly Step[]): Text => {
  const word = runWords[run.state];
  const changed = all.filter((step) => step.state === 'changed').length;
  const bad = new Set(all.filter((step) => badStates.has(step.state)).map((step) => step.host)).size;
  const away = new Set(all.filter((step) => step.state === 'unreachable').map((step) => step.host)).size;
  if (run.state === 'failed' && away > 0 && away === bad)
    return join([hosts(away), t(' unreachable', away > 1 ? ' injoignables' : ' injoignable')]);
  if (run.state === 'failed' && bad > 0) return join([t('failed on ', 'échec sur '), hosts(bad)]);
  if (run.state === 'done')
    return changed === 0 ? t('done, nothing to change', 'fait, rien à changer') : join([word, ', ', changes(changed)]);
  if (run.state === 'running')
    return join([
      word,
      ', ',
      plural(
        all.filter((step) => step.state !== 'running').length,
        ['step done', 'étape faite'],
        ['steps done', 'étapes faites'],
      ),
    ]);
  return word;
};

const stepLine = (step: Step): Text => {
  const what = `\`${printable(step.host)}\` ${literal(step.task)}`;
  const why = reason(step.refusal);
  return why === '' ? what : join([what, ': ', why]);
};

const counted = (counts: HostRecap): Text => {
  const words: readonly (readonly [number, string, string])[] = [
    [counts.unreachable, 'unreachable', 'injoignable'],
    [counts.failed, 'failed', 'en échec'],
    [counts.changed, 'changed', 'changé'],
    [counts.ignored, 'ignored', 'ignoré'],
    [counts.ok - counts.changed - counts.ignored, 'ok', 'ok'],
    [counts.skipped, 'skipped', 'sauté'],
  ];
  const found = words.filter(([count]) => count > 0);
  return found.length === 0
    ? '–'
    : both((language) => found.map(([count, en, fr]) => `${count} ${language === 'en' ? en : fr}`).join(', '));
};

/** Where a host is while the run goes on: its newest step. */
const nowLine = (all: readonly Step[], host: string): Text => {
  const own = all.filter((step) => step.host === host);
  const last = own.findLast((step) => step.state === 'running') ?? own.at(-1);
  if (!last) return `\`${printable(host)}\` …`;
  return `\`${printable(host)}\` ${last.state === 'running' ? '▸' : '·'} ${literal(last.task)}`;
};

const hostLines = (run: Run, all: readonly Step[]): readonly Text[] => {
  const names = [...new Set([...Object.keys(run.recap), ...all.map((step) => step.host)])];
  const worstFirst = [...names].sort((a, b) => trouble(run, b) - trouble(run, a));
  return folded(worstFirst, shownHosts, (host) => {
    const counts = run.recap[host];
    return counts === undefined ? nowLine(all, host) : join([`\`${printable(host)}\` `, counted(counts)]);
  });
};

const trouble = (run: Run, host: string): number => {
  const counts = run.recap[host];
  return counts === undefined ? 0 : counts.unreachable * 1000 + counts.failed;
};

/** A run while it goes on and after: what went wrong first, then a line per host. */
export function runCard(run: Run, all: readonly Step[], title: Text): Card {
  const bad = all.filter((step) => badStates.has(step.state));
  const output = outputOf(bad[0]);
  const lines = hostLines(run, all);
  return {
    tone: runTones[run.state],
    title: join([title, ': ', verdictOfRun(run, all)]),
    text: parts([
      run.refusal && (bad.length === 0 || run.state === 'interrupted') ? reason(run.refusal) : undefined,
      section(t('What went wrong', 'Ce qui a échoué'), folded(bad, shownSteps, stepLine)),
      lines.length === 0 ? undefined : bullets(lines),
      bad.length === 0 ? run.refusal?.next : bad[0]?.refusal?.next,
    ]),
    ...(output === '' ? {} : { code: { text: output, language: 'log' } }),
    footer: t(`run ${run.id}`, `exécution ${run.id}`),
  };
}

/** The end of what the first failed step said. */
function outputOf(step: Step | undefined): string {
  if (!step) return '';
  const said = [step.result.stdout, step.result.stderr].filter(
    (text) => typeof text === 'string' && text.trim() !== '',
  );
  return printable(said.join('\n').trim()).split('\n').slice(-12).join('\n').slice(-codeLimit);
}
