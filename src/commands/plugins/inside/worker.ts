import { type MessagePort, workerData } from 'node:worker_threads';

/** The worker's entry: plugins live here, apart from the bot. */
const { port, loadSeconds } = workerData as {
  readonly port: MessagePort;
  readonly loadSeconds: number;
};
// Out of reach of plugin code: what it says to the core goes through its context.
Reflect.deleteProperty(workerData, 'port');

const { captureConsole } = await import('./log.ts');
const { serveInside } = await import('./serve.ts');

const inside = serveInside(port, { guard: true, given: [], loadSeconds, now: Date.now });
captureConsole(console, inside.current);

const forbidden = () => {
  throw new Error('a plugin cannot end the bot, nor signal any process');
};
process.exit = forbidden;
process.kill = forbidden;

// What a plugin throws outside any call is its own fault: it is logged, and the others go on.
process.on('uncaughtException', (error) => inside.current().error({ error }, 'thrown outside any call'));
process.on('unhandledRejection', (error) =>
  inside.current().error({ error }, 'a promise failed and nobody waited for it'),
);
