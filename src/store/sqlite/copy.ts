import { backup, DatabaseSync } from 'node:sqlite';
import { makeFile } from '../disk.ts';
import { isDamage, isSystemError, notWritten } from '../faults.ts';
import { prepareFile } from './file.ts';

/** Pages per step: between steps other work goes on. */
const pagesPerStep = 1_000;

/** A second connection with an open read sees one moment of the store, whatever is written meanwhile. */
const copyOneMoment = async (from: string, temporary: string, to: string): Promise<void> => {
  const source = new DatabaseSync(from, { readOnly: true });
  try {
    source.exec('begin');
    source.prepare('select count(*) from migrations').get();
    await backup(source, temporary, { rate: pagesPerStep }).catch((thrown: unknown) => {
      throw isDamage(thrown) ? thrown : notWritten(to, thrown);
    });
  } finally {
    source.close();
  }
};

/** Copies the store while it is used: the copy appears under its name only when it is whole and on disk. */
export const copyStore = (from: string, to: string): Promise<void> =>
  makeFile(to, async (temporary) => {
    await prepareFile(temporary);
    await copyOneMoment(from, temporary, to);
  }).catch((thrown: unknown) => {
    throw isSystemError(thrown) ? notWritten(to, thrown) : thrown; // the store itself is read by SQLite alone
  });
