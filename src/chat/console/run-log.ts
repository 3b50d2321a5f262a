import type { Route, WebRequest } from '#core/http.ts';
import type { Run } from '#core/run.ts';
import { wholeLog } from '#core/run-log.ts';
import type { ConsoleOptions } from './options.ts';
import type { WireLog } from './protocol.ts';
import { readerOf, readsLog } from './reader.ts';
import { refuses, reply } from './replies.ts';
import { runView } from './view.ts';

/** What is read at once: what the page draws while nobody notices that it does. */
const most = 64 * 1024;

/** The run that is asked for, when this reader may see it. */
const seenRun = async (request: WebRequest, options: ConsoleOptions): Promise<Run | undefined> => {
  const id = request.params.id ?? '';
  const run = /^\d{1,15}$/.test(id) ? await options.runs.get(Number(id)) : undefined;
  const view = run === undefined ? undefined : await runView(run, readerOf(request), options);
  return view === undefined ? undefined : run;
};

const figure = (value: string | undefined): number | undefined =>
  /^\d{1,15}$/.test(value ?? '') ? Number(value) : undefined;

const pieceFor = async (run: Run, request: WebRequest, options: ConsoleOptions): Promise<WireLog> => {
  if (!(await readsLog(run.id, readerOf(request), options))) return { none: 'notYours' };
  if (run.state === 'queued') return { none: 'notYet' };
  const [from, before] = [figure(request.query.from), figure(request.query.before)];
  const wanted = from === undefined ? { most, ...(before === undefined ? {} : { before }) } : { from, most };
  return (await options.readLog(run.id, wanted)) ?? { none: run.state === 'running' ? 'notYet' : 'gone' };
};

/** `GET /console/api/runs/:id/log`: a piece of a run's log. */
const piece = (options: ConsoleOptions): Route => ({
  method: 'GET',
  path: '/console/api/runs/:id/log',
  access: 'session',
  async run(request) {
    const run = await seenRun(request, options);
    return run === undefined ? refuses.noRun() : reply(await pieceFor(run, request, options));
  },
});

/** `GET /console/api/runs/:id/log/file`: all of it, to be saved. */
const whole = (options: ConsoleOptions): Route => ({
  method: 'GET',
  path: '/console/api/runs/:id/log/file',
  access: 'session',
  async run(request) {
    const run = await seenRun(request, options);
    if (run === undefined) return refuses.noRun();
    const isReadable = run.state !== 'queued' && (await readsLog(run.id, readerOf(request), options));
    const text = isReadable ? await wholeLog(options.readLog, run.id) : undefined;
    if (text === undefined) return refuses.noLog();
    return {
      status: 200,
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        'content-disposition': `attachment; filename="run-${run.id}.log"`,
        'content-security-policy': "default-src 'none'; sandbox",
      },
      body: text,
    };
  },
});

export const runLogRoutes = (options: ConsoleOptions): readonly Route[] => [piece(options), whole(options)];
