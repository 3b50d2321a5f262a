import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CannotGoOn, say } from './words.mjs';

const patienceMs = 15 * 60_000;

/** Does the work while no other setup of the same folder works: two `npm start` at once install once. */
export async function alone(root, work) {
  const path = join(root, '.setup.lock');
  await take(path);
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

async function take(path) {
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    for (const started = Date.now(); !tryLink(mine, path); await sleep(200)) {
      if (breakStale(path)) continue;
      if (Date.now() - started > patienceMs)
        throw new CannotGoOn(`Another setup has held ${path} for a quarter of an hour. End it, or remove that file.`);
      sayOnce();
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

let said = false;
function sayOnce() {
  if (!said) say('another setup is at work in this folder; waiting for it…');
  said = true;
}

// A link appears with its content, so nobody ever reads a lock without an owner.
function tryLink(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the lock of a setup that was killed. */
function breakStale(path) {
  const owner = ownerOf(path);
  if (owner === undefined || isAlive(owner)) return false;
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    return true; // somebody else broke it first
  }
  // Between the look and the rename another setup may have taken the lock: then it gets it back.
  if (ownerOf(aside) !== owner) tryLink(aside, path);
  rmSync(aside, { force: true });
  return true;
}

function ownerOf(path) {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch {
    return undefined; // just released
  }
}

function isAlive(pid) {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
