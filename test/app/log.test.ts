import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLog } from '#app/log.ts';
import { createRedactor } from '#audit/redact.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const path = () => join(folder, 'quarterdeck.log');
const older = () => `${path()}.1`;
/** A log that is as long as one may become. */
const longLog = () => {
  writeFileSync(path(), 'old\n');
  truncateSync(path(), 20 * 1024 * 1024 + 1);
  return openLog(folder, createRedactor([]));
};

describe('the log of the bot', () => {
  it('is put aside when it is long, and begun anew', () => {
    const { log, close } = longLog();
    log.info({}, 'the first line');
    close();
    expect(readFileSync(path(), 'utf8')).toContain('the first line');
    expect(statSync(older()).size).toBeGreaterThan(20 * 1024 * 1024);
  });

  it('goes on in its file when it cannot be put aside, and touches no file of anybody else', () => {
    mkdirSync(join(older(), 'in the way'), { recursive: true });
    const { log, close } = longLog();
    log.info({}, 'the first line');
    // What is opened now takes the lowest number that is free.
    const other = openSync(join(folder, 'other'), 'w');
    log.info({}, 'the second line');
    closeSync(other);
    expect(readFileSync(join(folder, 'other'), 'utf8')).toBe('');
    expect(readFileSync(path(), 'utf8')).toMatch(/the first line[\s\S]*the second line/);
    rmSync(older(), { recursive: true });
    log.info({}, 'x'.repeat(2 * 1024 * 1024));
    log.info({}, 'the last line');
    close();
    expect(readFileSync(path(), 'utf8')).toMatch(/^[^\n]*the last line[^\n]*\n$/);
    expect(statSync(older()).size).toBeGreaterThan(20 * 1024 * 1024);
  });

  it('is begun anew where somebody took the file away', () => {
    const { log, close } = longLog();
    rmSync(path());
    log.info({}, 'the first line');
    close();
    expect(readFileSync(path(), 'utf8')).toContain('the first line');
  });
});
