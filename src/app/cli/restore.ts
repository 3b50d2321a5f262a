import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { openAnchor } from '#audit/anchor.ts';
import { createRedactor } from '#audit/redact.ts';
import { type AnchorPoint, verifyAudit } from '#audit/verify.ts';
import { closeOrdersOfACopy } from '#commands/of-a-copy.ts';
import type { NewAuditFact } from '#core/audit.ts';
import { iso, systemClock } from '#core/clock.ts';
import { Fault } from '#core/errors.ts';
import { join, t } from '#core/text.ts';
import { endRunsOfACopy } from '#runs/of-a-copy.ts';
import { holdDataFolder } from '#store/sqlite/hold.ts';
import { hasJournal, type WaitingCopy, waitingCopy } from '#store/sqlite/restore.ts';
import { pathsIn } from '../paths.ts';
import { placeFor, readArguments } from './arguments.ts';
import { withStore } from './store.ts';
import { type CliCommand, exit, Usage } from './terminal.ts';

const noFile = (path: string): Fault =>
  new Fault({
    code: 'backup.no_file',
    say: t(`There is no file ${path}.`, `Il n’y a pas de fichier ${path}.`),
    next: t(
      'Name a file that “bin/quarterdeck backup” wrote.',
      'Nommez un fichier qu’a écrit « bin/quarterdeck backup ».',
    ),
  });

const journal = (path: string): Fault =>
  new Fault({
    code: 'backup.journal',
    say: t(
      `${path}-wal stands beside ${path}: it is not clear whether they belong together.`,
      `${path}-wal se trouve à côté de ${path} : rien ne dit s’ils vont ensemble.`,
    ),
    next: t(
      'Name a file that “bin/quarterdeck backup” wrote: it is whole by itself. If this is one, move it elsewhere alone.',
      'Nommez un fichier qu’a écrit « bin/quarterdeck backup » : il est entier. Si c’en est un, déplacez-le seul ailleurs.',
    ),
  });

const notWhole = (path: string): Fault =>
  new Fault({
    code: 'backup.not_whole',
    say: t(`${path} is no whole copy of a store.`, `${path} n’est pas une copie entière d’une base.`),
    next: t('Nothing was changed. Name another copy.', 'Rien n’a été changé. Nommez une autre copie.'),
  });

const brokenAudit = (path: string, seq: number | undefined): Fault =>
  new Fault({
    code: 'backup.audit_broken',
    say: t(
      `The audit in ${path} is broken at entry ${seq}: somebody changed it.`,
      `Le journal d’audit de ${path} est rompu à l’entrée ${seq} : quelqu’un l’a modifié.`,
    ),
    next: t('Nothing was changed. Name another copy.', 'Rien n’a été changé. Nommez une autre copie.'),
  });

/** What the audit says of it: from what, by which account, and what was known of the audit before. */
function factOf(file: string, entries: number, known: AnchorPoint | undefined): NewAuditFact {
  return {
    actor: 'service:command-line',
    action: 'store.restored',
    details: {
      file,
      account: userInfo().username,
      entries,
      ...(known === undefined ? {} : { known: known.seq, hash: known.hash }),
    },
  };
}

/** Throws the Fault that says why a file cannot take the place of the store; else how many entries its audit has. */
async function entriesOf({ store }: WaitingCopy, file: string): Promise<number> {
  const { intact, entries, broken } = await verifyAudit(store.audit);
  if (!intact) throw brokenAudit(file, broken?.seq);
  return entries;
}

/** Nothing of a copy goes on, neither by itself nor by a word: it may be over since. */
async function endOpen({ store }: WaitingCopy): Promise<void> {
  const recording = { clock: systemClock, redactor: createRedactor([]) };
  await endRunsOfACopy(store, recording);
  await closeOrdersOfACopy(store, recording);
}

/**
 * Puts a copy in the place of the store. The note of the audit goes last: until then the bot refuses to start on a chain
 * that was cut, and the restore can be given again.
 */
async function putBack(file: string, data: string) {
  const paths = pathsIn(data);
  const noted = await openAnchor(paths.anchor);
  const known = noted.farthest();
  const copy = await waitingCopy(file, paths.store, systemClock);
  if (!copy) throw notWhole(file);
  try {
    const entries = await entriesOf(copy, file);
    const end = `.before-restore-${iso(systemClock).replaceAll(':', '-')}`;
    await endOpen(copy);
    await copy.store.audit.append(factOf(file, entries, known));
    const aside = [...(await copy.takePlace(end))];
    if (existsSync(paths.anchor)) {
      await rename(paths.anchor, `${paths.anchor}${end}`);
      aside.push(`${paths.anchor}${end}`);
    }
    const anchor = await openAnchor(paths.anchor, known);
    await withStore(data, (store) => anchor.keep(store.audit));
    return { file, entries, known: known?.seq, aside };
  } finally {
    await copy.drop();
  }
}

const knownBefore = (known: number) =>
  t(
    ` Before, the audit was known up to entry ${known}.`,
    ` Avant, le journal d’audit était connu jusqu’à l’entrée ${known}.`,
  );

/** `quarterdeck restore`: puts a copy of the store back, while no bot runs. */
export const restore: CliCommand = {
  usage: t('restore FILE [--json]', 'restore FICHIER [--json]'),
  about: t(
    'Put a copy of the bot’s store back, while it does not run',
    'Remettre une copie de la base du bot, pendant qu’il ne tourne pas',
  ),
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, {}, 1);
    const [named] = positionals;
    if (named === undefined) throw new Usage(t('Name one file.', 'Nommez un fichier.'));
    const file = resolve(named);
    if (!existsSync(file)) throw noFile(file);
    if (hasJournal(file)) throw journal(file);
    const { data } = await placeFor(values.config, terminal);
    const held = await holdDataFolder(data);
    const done = await putBack(file, data).finally(() => held.release());
    if (values.json) {
      terminal.out(JSON.stringify(done));
      return exit.done;
    }
    terminal.out(
      join([
        t(
          `The store is that of ${file} again, with ${done.entries} audit entries.`,
          `La base est de nouveau celle de ${file}, avec ${done.entries} entrées d’audit.`,
        ),
        ...(done.known === undefined ? [] : [knownBefore(done.known)]),
      ]),
    );
    for (const path of done.aside) terminal.out(t(`Put aside: ${path}`, `Mis de côté : ${path}`));
    return exit.done;
  },
};
