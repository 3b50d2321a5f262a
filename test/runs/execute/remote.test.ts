import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noEdges } from '#audit/redact.ts';
import { refusalOf } from '#core/errors.ts';
import { silentLog } from '#core/log.ts';
import type { Ssh } from '#core/ssh.ts';
import { createAnswers, createCalm } from '#runs/execute/ahead.ts';
import { type Connections, createConnections } from '#runs/execute/connections.ts';
import { createRemote, type Remote } from '#runs/execute/remote.ts';
import { quote } from '#ssh/quote.ts';
import { createSsh } from '#ssh/real/open.ts';
import { hasSshd, type Sshd, startSshd } from '#test/support/sshd.ts';

const signal = new AbortController().signal;
const options = { signal, timeoutMs: 60_000 };

let sshd: Sshd;
let ssh: Ssh;
let connections: Connections;
let opened: number;

const counting = (real: Ssh): Ssh => ({
  ...real,
  connect: (at, until) => {
    opened += 1;
    return real.connect(at, until);
  },
});

beforeEach(async () => {
  opened = 0;
  if (!hasSshd) return;
  sshd = await startSshd({ hostKeys: ['ed25519'] });
  ssh = createSsh({ log: silentLog, keepaliveMs: 200, keepaliveCount: 3 });
  connections = createConnections({ ssh: counting(ssh), handshakes: 4, idleMs: 60_000 });
});
afterEach(async () => {
  await connections?.close();
  await ssh?.stop();
  await sshd?.stop();
});

const remoteAt = (): Remote =>
  createRemote(connections, sshd.target({ connectTimeoutMs: 8_000 }), {
    lane: 'run',
    signal,
    answers: createAnswers(createCalm(), { known: false }),
    quote,
    edges: noEdges,
  });

/** What the work ended with, and how long that took. */
const timed = async (work: Promise<unknown>) => {
  const begun = performance.now();
  const refusal = await work.then(() => undefined, refusalOf);
  return { refusal, ms: performance.now() - begun };
};

describe.skipIf(!hasSshd)('a host that hangs (needs sshd)', () => {
  it('is given up after the silence, without waiting for a new connection', async () => {
    const remote = remoteAt();
    await remote.read('true', options);
    const reading = timed(remote.read('sleep 30', options));
    setTimeout(() => sshd.freeze(), 100);
    const { refusal, ms } = await reading;
    expect(refusal).toMatchObject({ code: 'ssh.lost', details: { began: true, reason: 'silent' } });
    expect(ms).toBeLessThan(15_000);
    expect(opened).toBe(1);
  });

  it('is given up in the same time while a change is under way, and when the change had not begun', async () => {
    const remote = remoteAt();
    await remote.change('true', options);
    sshd.freeze();
    const { refusal, ms } = await timed(remote.change('true', options));
    expect(refusal).toMatchObject({ code: 'ssh.lost', details: { reason: 'silent' } });
    expect(ms).toBeLessThan(15_000);
    expect(opened).toBe(1);
  });

  it('is reported as lost when it hangs while a shell is being opened', async () => {
    const remote = remoteAt();
    await remote.use(async () => undefined);
    sshd.freeze();
    const { refusal, ms } = await timed(remote.read('true', options));
    expect(refusal).toMatchObject({ code: 'ssh.lost', details: { began: false, reason: 'silent' } });
    expect(ms).toBeLessThan(15_000);
  });

  it('that only cut its connection is asked again on a new one', async () => {
    const remote = remoteAt();
    await remote.read('true', options);
    for (const pid of sshd.sessions()) process.kill(pid, 'SIGKILL');
    expect((await remote.read('echo again', options)).stdout).toBe('again\n');
    expect(opened).toBe(2);
  });
});
