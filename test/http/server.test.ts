import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import { refusalOf } from '#core/errors.ts';
import type { Route, ServerSentEvent } from '#core/http.ts';
import { healthRoutes } from '#http/health.ts';
import type { HttpServer } from '#http/server.ts';
import { ask, bearer, open, whoami } from './rig.ts';

let server: HttpServer;
afterEach(() => server.stop());

const streaming = (source: (signal: AbortSignal) => AsyncIterable<ServerSentEvent>): Route => ({
  method: 'GET',
  path: '/stream',
  access: 'token',
  run: async ({ signal }) => ({ status: 200, stream: source(signal) }),
});

/** Opens the stream and collects what comes. */
const listen = async (count = 1) => {
  let text = '';
  const sent = request({
    host: '127.0.0.1',
    port: server.port,
    path: '/stream',
    headers: bearer('good-token'),
    agent: false,
  });
  sent.end();
  const [response] = await once(sent, 'response');
  response.on('data', (piece: Buffer) => {
    text += piece.toString();
  });
  const ended = new Promise((resolve) => response.once('close', resolve));
  response.on('error', () => undefined);
  while (text.split('\n\n').length <= count && !response.closed) await pause(5);
  return { text: () => text, close: () => sent.destroy(), ended, status: response.statusCode };
};

describe('starting and stopping', () => {
  it('names the port that is taken and what to do', async () => {
    server = await open([]);
    const thrown = await open([], { port: server.port }).catch((error: unknown) => error);
    expect(refusalOf(thrown)).toMatchObject({ code: 'http.port_in_use' });
    expect(JSON.stringify(refusalOf(thrown)?.next)).toContain('QUARTERDECK_PORT');
  });

  it('says so when the address is not this machine’s', async () => {
    server = await open([]);
    const thrown = await open([], { host: '192.0.2.1' }).catch((error: unknown) => error);
    expect(refusalOf(thrown)?.code).toBe('http.cannot_listen');
  });

  it('frees the port, ends streams and wakes waiting requests when it stops', async () => {
    let woken = false;
    const waiting: Route = {
      ...whoami('public', 'GET', '/wait'),
      run: async ({ signal }) => {
        await once(signal, 'abort');
        woken = true;
        return { status: 200, body: {} };
      },
    };
    async function* forever(signal: AbortSignal): AsyncGenerator<ServerSentEvent> {
      yield { data: 1 };
      await once(signal, 'abort');
    }
    server = await open([waiting, streaming(forever)]);
    const slow = ask(server, '/wait').catch(() => undefined);
    const stream = await listen();
    await pause(50);
    const started = performance.now();
    await server.stop();
    await Promise.all([slow, stream.ended]);
    expect(woken).toBe(true);
    expect(performance.now() - started).toBeLessThan(1500);
    const again = await open([], { port: server.port });
    await again.stop();
  });

  it('does not wait for a connection that never asked anything, as browsers open them', async () => {
    server = await open([whoami('public')]);
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    await ask(server, '/who');
    const started = performance.now();
    await server.stop();
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('does not wait for a route that never ends', async () => {
    const stuck: Route = { ...whoami('public'), run: () => new Promise(() => undefined) };
    server = await open([stuck]);
    const lost = ask(server, '/who').catch(() => 'cut');
    await pause(50);
    await server.stop();
    expect(await lost).toBe('cut');
  });
});

describe('streams', () => {
  it('send events as they come, with id and name, one line each', async () => {
    async function* three(): AsyncGenerator<ServerSentEvent> {
      yield { id: '7', event: 'message', data: { text: 'a\nb' } };
      yield { event: 'evil\nid: 9', data: 'x' };
      yield { data: null };
    }
    server = await open([streaming(three)]);
    const stream = await listen(3);
    await stream.ended;
    expect(stream.text()).toBe(
      'id: 7\nevent: message\ndata: {"text":"a\\nb"}\n\nevent: evil id: 9\ndata: "x"\n\ndata: null\n\n',
    );
  });

  it('show that they are alive while nothing happens', async () => {
    async function* quiet(signal: AbortSignal): AsyncGenerator<ServerSentEvent> {
      yield { data: 0 };
      await once(signal, 'abort');
    }
    server = await open([streaming(quiet)], { heartbeatMs: 20 });
    const stream = await listen();
    await pause(120);
    stream.close();
    expect(stream.text().match(/: alive/g)?.length).toBeGreaterThan(2);
  });

  it('stop asking the source when the client goes away', async () => {
    const ended = Promise.withResolvers<void>();
    async function* endless(signal: AbortSignal): AsyncGenerator<ServerSentEvent> {
      try {
        yield { data: 0 };
        await once(signal, 'abort');
      } finally {
        ended.resolve();
      }
    }
    server = await open([streaming(endless)]);
    const stream = await listen();
    stream.close();
    await ended.promise;
  });

  it('keep nothing of what was sent', async () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const sent: WeakRef<object>[] = [];
    async function* busy(signal: AbortSignal): AsyncGenerator<ServerSentEvent> {
      for (let n = 0; n < 500; n += 1) {
        const data = { n };
        sent.push(new WeakRef(data));
        yield { data };
      }
      await once(signal, 'abort');
    }
    server = await open([streaming(busy)]);
    const stream = await listen(500);
    await pause(20);
    collect();
    expect(sent.filter((one) => one.deref() !== undefined).length).toBeLessThan(10);
    stream.close();
  });

  it('ask no more of the source than a slow client takes', async () => {
    let asked = 0;
    async function* flood(): AsyncGenerator<ServerSentEvent> {
      for (;;) {
        asked += 1;
        yield { data: 'x'.repeat(100_000) };
      }
    }
    server = await open([streaming(flood)]);
    const sent = request({
      host: '127.0.0.1',
      port: server.port,
      path: '/stream',
      headers: bearer('good-token'),
      agent: false,
    });
    sent.end();
    const [response] = await once(sent, 'response');
    response.on('error', () => undefined);
    response.pause();
    await pause(300);
    const soon = asked;
    await pause(300);
    expect(asked).toBe(soon);
    sent.destroy();
  });

  it('are limited for one actor, and a closed one makes room', async () => {
    async function* quiet(signal: AbortSignal): AsyncGenerator<ServerSentEvent> {
      yield { data: 0 };
      await once(signal, 'abort');
    }
    server = await open([streaming(quiet)], { streamLimits: { perActor: 2, all: 10 } });
    const first = await listen();
    const second = await listen();
    const third = await ask(server, '/stream', { headers: bearer('good-token') });
    expect(third.status).toBe(429);
    first.close();
    await pause(50);
    const fourth = await listen();
    expect(fourth.status).toBe(200);
    second.close();
    fourth.close();
  });

  it('do not hold a HEAD request', async () => {
    async function* quiet(signal: AbortSignal): AsyncGenerator<ServerSentEvent> {
      await once(signal, 'abort');
      yield { data: 0 };
    }
    server = await open([streaming(quiet)]);
    expect((await ask(server, '/stream', { method: 'HEAD', headers: bearer('good-token') })).status).toBe(200);
  });
});

describe('health', () => {
  it('lives, and is ready when every check is well', async () => {
    server = await open([...healthRoutes({ checks: [{ name: 'store', check: () => undefined }] })]);
    expect((await ask(server, '/healthz')).status).toBe(200);
    expect((await ask(server, '/readyz')).json()).toEqual({ ready: true, reasons: [], warnings: [] });
  });

  it('is ready with a warning where something is wrong that stops no order', async () => {
    const warnings = () => [{ code: 'plugin.clash', say: { en: 'A clash.', fr: 'Un conflit.' } } as const];
    server = await open([...healthRoutes({ checks: [], warnings })]);
    const got = await ask(server, '/readyz', { headers: { 'accept-language': 'fr' } });
    expect([got.status, got.json()]).toEqual([
      200,
      { ready: true, reasons: [], warnings: [{ code: 'plugin.clash', say: 'Un conflit.' }] },
    ]);
  });

  it('says why it is not ready, and counts a check that breaks as not ready', async () => {
    const checks = [
      { name: 'store', check: () => ({ code: 'store.full', say: 'The disk is full.' }) as const },
      {
        name: 'plugins',
        check: async () => {
          throw new Error('inner');
        },
      },
    ];
    server = await open([...healthRoutes({ checks })]);
    const got = await ask(server, '/readyz');
    expect(got.status).toBe(503);
    expect(got.json()).toMatchObject({ ready: false, reasons: [{ check: 'store' }, { check: 'plugins' }] });
    expect(got.text).not.toContain('inner');
    expect((await ask(server, '/healthz')).status).toBe(200);
  });

  it('shows the figures as Prometheus reads them', async () => {
    const { Registry, Counter } = await import('prom-client');
    const registry = new Registry();
    new Counter({ name: 'orders_total', help: 'Orders', registers: [registry] }).inc(3);
    server = await open([...healthRoutes({ checks: [], metrics: registry })]);
    const got = await ask(server, '/metrics');
    expect(got.headers['content-type']).toContain('text/plain');
    expect(got.text).toContain('orders_total 3');
  });

  it('gives the figures to this machine without a token, and through a proxy or to another machine with one', async () => {
    const { Registry } = await import('prom-client');
    const routes = healthRoutes({ checks: [], metrics: new Registry() });
    server = await open(routes, { publicUrl: 'https://bot.example' });
    const through = { 'x-forwarded-for': '192.0.2.7' };
    expect((await ask(server, '/metrics')).status).toBe(200);
    expect((await ask(server, '/metrics', { headers: through })).status).toBe(401);
    expect((await ask(server, '/metrics', { headers: { 'x-forwarded-for': '127.0.0.1' } })).status).toBe(401);
    expect((await ask(server, '/metrics', { headers: { ...through, ...bearer('bad-token') } })).status).toBe(401);
    expect((await ask(server, '/metrics', { headers: { ...through, ...bearer('good-token') } })).status).toBe(200);
    expect((await ask(server, '/healthz', { headers: through })).status).toBe(200);
  });

  const address = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal)?.address;
  it.skipIf(address === undefined)(
    'asks another machine for a token: the figures are for who is let in (needs an address beside loopback)',
    async () => {
      const { Registry } = await import('prom-client');
      server = await open(healthRoutes({ checks: [], metrics: new Registry() }), { host: '0.0.0.0' });
      expect((await fetch(`http://${address}:${server.port}/metrics`)).status).toBe(401);
      const headers = bearer('good-token');
      expect((await fetch(`http://${address}:${server.port}/metrics`, { headers })).status).toBe(200);
    },
  );

  it('tells who watches which route was served, never the address', async () => {
    const seen: { route: string; status: number }[] = [];
    server = await open([whoami('public', 'GET', '/login/:token')], { observe: (one) => void seen.push(one) });
    await ask(server, '/login/very-secret');
    await pause(20);
    expect(seen).toMatchObject([{ route: '/login/:token', status: 200 }]);
    expect(JSON.stringify(seen)).not.toContain('very-secret');
  });
});
