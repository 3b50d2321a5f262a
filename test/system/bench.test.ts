import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { program } from '#test/support/real-bot.ts';
import { hasSshd } from '#test/support/sshd.ts';

/** What a measurement says. Its limits are for a quiet machine: here it has only to measure. */
const measured = (path: string, ...words: readonly string[]) =>
  new Promise<string>((resolve, reject) => {
    const child = spawn(process.execPath, [join(program, 'bench', path), ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
    child.on('error', reject);
    child.on('close', () => resolve(said));
  });

describe('the measurements', () => {
  it('of orders give a figure for each column', async () => {
    const said = await measured('orders/run.mjs', '--orders', '5', '--rate', '50', '--rounds', '1', '--alone');
    expect(said).toMatch(
      /^quarterdeck +p50 [\d.]+ ms +p99 [\d.]+ ms +lost 0 +processor [\d.]+ ms an order +[\d.]+ MB +sender late [\d.]+ ms$/m,
    );
    expect(said).toMatch(/p99 ≤ 50/);
  });

  it('of a start give its time and its memory', async () => {
    const said = await measured('start/run.mjs', '--times', '1', '--idle', '0');
    expect(said).toMatch(
      /^medians of 1: ready [\d.]+ ms {2}shop open [\d.]+ ms {2}bot [\d.]+ MB after 0 s {2}demo fleet [\d.]+ MB$/m,
    );
  });

  it.skipIf(!hasSshd)('of a playbook give each player its row, with recaps that are right', async () => {
    const ours = ['quarterdeck', 'executor', 'bot', 'floor-steps', 'floor-script', 'floor-open'];
    const said = await measured('playbook/run.mjs', '--hosts', '1', '--reps', '1', '--rtt', '1', '--only', ours.join());
    const [, second = said] = said.split('second run on 1 host, nothing to change, medians of 1\n');
    for (const name of ours) expect(second).toMatch(new RegExp(`^${name} +[\\d.]+ s .* [\\d.]+×$`, 'm'));
    expect(second).toMatch(/^not judged: on 1 host, a new process is ≥ 10 times faster .*: not measured$/m);
    expect(second).toMatch(
      /^(kept|MISSED): on 1 host, the executor of a running bot takes ≤ 1.7 times the floor: [\d.]+$/m,
    );
  });

  it('of a fleet give its time and its memory', async () => {
    const said = await measured('playbook/fleet.mjs', '--hosts', '2');
    const figures = 'on 2 hosts: elapsed [\\d.]+ ms {2}processor [\\d.–]+ ms {2}memory [\\d.]+ MB';
    expect(said).toMatch(new RegExp(`^first run ${figures}\\nsecond run ${figures}$`, 'm'));
    expect(said).toMatch(/^within the limit: memory ≤ 1000 MB$/m);
  });

  it('of a start give the memory after a run too, when that is wanted', async () => {
    const said = await measured('start/run.mjs', '--times', '1', '--idle', '0', '--after-run', '--rest', '0');
    expect(said).toMatch(/^medians of 1: .* {2}just after a run [\d.]+ MB {2}rested [\d.]+ MB$/m);
  });
});
