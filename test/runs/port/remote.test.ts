import { setTimeout as sleep } from 'node:timers/promises';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import { Fault, ok } from '#core/errors.ts';
import type { ExecutionControl, ExecutionEvent, Executor } from '#runs/executor.ts';
import type { Question, Reply, Wire } from '#runs/port/messages.ts';
import { remoteExecutor } from '#runs/port/remote.ts';
import { serveExecutor } from '#runs/port/serve.ts';

const never = () => new AbortController().signal;
const request = { playbook: 'site.yml', vars: {}, locks: [] };
const plan = { request, files: {}, hosts: ['a'], steps: [], hash: 'h' };

/** An executor that waits to be told to stop and says how it was. */
const local: Executor = {
  plan: async (job, signal) => {
    if (job.key === 'throws') throw new Fault({ code: 'step.failed', say: 'no', retryable: true });
    if (job.key === 'breaks') throw new Error('secret inside');
    if (job.key === 'waits') await new Promise((resolve) => signal.addEventListener('abort', resolve));
    return ok(plan);
  },
  apply: async (_job, events, control) => {
    events({ kind: 'play', name: 'one' });
    await new Promise((resolve) => control.boundary.addEventListener('abort', resolve));
    events({ kind: 'play', name: String(control.boundary.reason) });
    await new Promise((resolve) => control.now.addEventListener('abort', resolve));
    return { state: 'cancelled', recap: {} };
  },
  facts: async (hosts) => hosts.map((host) => ({ host, reachable: true })),
  close: async () => undefined,
};

const opened: { close(): Promise<void> }[] = [];
const wireOver = <Sent, Heard>(port: MessagePort): Wire<Sent, Heard> => ({
  postMessage: (message) => port.postMessage(message),
  onMessage: (listener) => void port.on('message', listener),
  onClose: (listener) => void port.on('close', listener),
  close: () => port.close(),
});
const connect = (): Executor => {
  const { port1, port2 } = new MessageChannel();
  serveExecutor(wireOver<Reply, Question>(port1), local);
  const remote = remoteExecutor(wireOver(port2));
  opened.push(remote);
  return remote;
};
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

test('plans and facts come over the port', async () => {
  const remote = connect();
  expect(await remote.plan({ key: 'k', request }, never())).toEqual(ok(plan));
  expect(await remote.facts(['a', 'b'], never())).toEqual([
    { host: 'a', reachable: true },
    { host: 'b', reachable: true },
  ]);
});

test('a fault comes over as the same fault', async () => {
  const thrown = await connect()
    .plan({ key: 'throws', request }, never())
    .catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(Fault);
  expect(thrown).toMatchObject({ refusal: { code: 'step.failed', say: 'no', retryable: true } });
});

test('any other error comes over as a fault that says nothing of it to people', async () => {
  const thrown = await connect()
    .plan({ key: 'breaks', request }, never())
    .catch((error: unknown) => error);
  expect(thrown).toMatchObject({ refusal: { code: 'run.executor_broken' } });
  expect(JSON.stringify((thrown as Fault).refusal.say)).not.toContain('secret');
});

test('an abort goes over, also one that came before the call', async () => {
  const remote = connect();
  const controller = new AbortController();
  const waiting = remote.plan({ key: 'waits', request }, controller.signal);
  setTimeout(() => controller.abort(), 20);
  expect((await waiting).ok).toBe(true);
  expect((await remote.plan({ key: 'waits', request }, AbortSignal.abort())).ok).toBe(true);
});

test('events and both ways to stop go over, in order and with their reason', async () => {
  const remote = connect();
  const events: ExecutionEvent[] = [];
  const [boundary, now] = [new AbortController(), new AbortController()];
  const applying = remote.apply({ key: 'k', request, done: [] }, (event) => events.push(event), {
    boundary: boundary.signal,
    now: now.signal,
  });
  await sleep(20);
  boundary.abort('interrupt');
  await sleep(20);
  expect(events).toEqual([
    { kind: 'play', name: 'one' },
    { kind: 'play', name: 'interrupt' },
  ]);
  now.abort('cancel');
  expect(await applying).toEqual({ state: 'cancelled', recap: {} });
});

test('the end of an apply is put on disk at this end before the other lets it go', async () => {
  const said: string[] = [];
  const { port1, port2 } = new MessageChannel();
  const executor: Executor = {
    ...local,
    apply: async (_job, _events, control) => {
      const outcome = { state: 'done', recap: {} } as const;
      said.push(`over: ${await control.conclude?.(outcome)}`);
      return outcome;
    },
  };
  serveExecutor(wireOver<Reply, Question>(port1), executor);
  const remote = remoteExecutor(wireOver(port2));
  opened.push(remote);
  const job = { key: 'k', request, done: [] };
  const control = { boundary: never(), now: never() };
  const apply = (conclude?: ExecutionControl['conclude']) =>
    remote.apply(job, () => undefined, { ...control, ...(conclude && { conclude }) });
  for (const over of [true, false]) {
    await apply(async ({ state }) => {
      await sleep(20);
      said.push(`kept: ${state}`);
      return over;
    });
  }
  await apply(() => Promise.reject(new Error('the disk is full')));
  await apply();
  expect(said).toEqual(['kept: done', 'over: true', 'kept: done', 'over: false', 'over: false', 'over: true']);
});

test('what was told is on disk at this end before the other goes on', async () => {
  const said: string[] = [];
  const { port1, port2 } = new MessageChannel();
  const executor: Executor = {
    ...local,
    apply: async (_job, events, control) => {
      for (const name of ['one', 'two']) {
        events({ kind: 'play', name });
        await control.recorded?.();
        said.push(`on after ${name}`);
      }
      await Promise.all([control.recorded?.(), control.recorded?.()]);
      return { state: 'done', recap: {} };
    },
  };
  serveExecutor(wireOver<Reply, Question>(port1), executor);
  const remote = remoteExecutor(wireOver(port2));
  opened.push(remote);
  const told = (event: ExecutionEvent) => void said.push(event.kind === 'play' ? event.name : '');
  const job = { key: 'k', request, done: [] };
  await remote.apply(job, told, {
    boundary: never(),
    now: never(),
    recorded: async () => {
      await sleep(20);
      said.push('on disk');
    },
  });
  expect(said).toEqual(['one', 'on disk', 'on after one', 'two', 'on disk', 'on after two', 'on disk', 'on disk']);
  said.length = 0;
  await remote.apply(job, told, { boundary: never(), now: never() });
  expect(said).toEqual(['one', 'on after one', 'two', 'on after two']);
});

test('when the worker dies every open call fails at once, and every later one', async () => {
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(
    'require("node:worker_threads").parentPort.on("message", () => setInterval(() => {}, 1000))',
    {
      eval: true,
    },
  );
  worker.postMessage({ port: port2 }, [port2]);
  const remote = remoteExecutor(wireOver(port1));
  const calls = [remote.plan({ key: 'k', request }, never()), remote.facts(['a'], never())].map((call) =>
    call.catch((error: unknown) => (error as Fault).code),
  );
  await sleep(100);
  await worker.terminate();
  expect(await Promise.all(calls)).toEqual(['run.worker_died', 'run.worker_died']);
  expect(await remote.facts([], never()).catch((error: unknown) => (error as Fault).refusal)).toMatchObject({
    code: 'run.worker_died',
    retryable: true,
  });
  await remote.close();
});
