import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CannotGoOn, say } from './words.mjs';

const patienceMs = 15 * 60_000;

/** Does the work while no other setup of the same folder works: two `npm start` at once install once. */
export async function alone(root, work) {
  const path = join(root, '.setup.lock');
  await take(root, path);
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

async function take(root, path) {
  const mine = `${path}.${process.pid}`;
  try {
    writeFileSync(mine, ownName());
  } catch (error) {
    throw new CannotGoOn(`Nothing can be written in ${root} (${error.code}): let the account that runs this own it.`);
  }
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
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // just released
  }
}

/** A process, told from a later one of the same number: where machines or containers start anew the numbers repeat. */
const ownName = () => `${process.pid} ${beganAt(process.pid)}`;

/** When a process began, in ticks since the machine did; empty where the system does not say. */
function beganAt(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return '';
  }
}

function isAlive(owner) {
  const [pid, began] = owner.split(' ');
  if (!(Number(pid) > 0) || Number(pid) === process.pid) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if (error.code !== 'EPERM') return false;
  }
  return !began || beganAt(pid) === '' || beganAt(pid) === began;
}
