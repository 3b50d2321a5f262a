import { join } from 'node:path';
import { recordTo } from '#audit/record.ts';
import { type Console, createConsole } from '#chat/console/console.ts';
import { approvedBy } from '#commands/approved-by.ts';
import { type Refusal, refusalOf } from '#core/errors.ts';
import type { Sight } from '#core/sight.ts';
import { t } from '#core/text.ts';
import { apiRoutes } from '#http/api.ts';
import { createDoorkeeper } from '#http/doorkeeper.ts';
import { healthRoutes, type ReadyCheck } from '#http/health.ts';
import { isBuilt, pageNotBuilt, pageRoutes } from '#http/pages.ts';
import { createHttpServer, type HttpServer } from '#http/server.ts';
import { folderIsThere } from '#playbook/parse.ts';
import { readLogIn } from '#runs/read-log.ts';
import type { Core } from './core.ts';
import { diskCheck } from './disk-check.ts';
import type { OpenEdges } from './edges.ts';
import { noteFirst } from './first-note.ts';
import { localActor } from './local-access.ts';
import { localRoutes } from './local-routes.ts';
import { createMetrics } from './metrics.ts';
import { programFolder } from './paths.ts';
import { planTextOf } from './plan-text.ts';
import { sightOf } from './sight.ts';
import type { Undo } from './undo.ts';

/** The console and the one HTTP server that serves it, the API and the bot's health. */
export interface Web {
  readonly console: Console;
  readonly server: HttpServer;
  /** The address people use. */
  readonly url: string;
  /** What a person should know at the start although it is open. */
  readonly warnings: readonly Refusal[];
}

/** Where the console's page is built. */
const pageFolder = join(programFolder, 'dist', 'console');

/** Why the store cannot be used; undefined while it can. */
export const storeTrouble = ({ store }: Pick<OpenEdges, 'store'>): Promise<Refusal | undefined> =>
  store.audit.last(1).then(
    () => undefined,
    (thrown: unknown) => refusalOf(thrown) ?? brokenStore,
  );

function readyChecks(edges: OpenEdges, core: Core): readonly ReadyCheck[] {
  return [
    { name: 'store', check: () => storeTrouble(edges) },
    { name: 'audit', check: () => edges.auditGuard.refusal() },
    diskCheck(edges.settings().data),
    { name: 'plugins', check: () => (core.plugins.running() ? undefined : noPlugins) },
  ];
}

const brokenStore = {
  code: 'store.failed',
  say: t('The store cannot be read.', 'La base ne peut être lue.'),
  retryable: true,
} as const;

const noPlugins = {
  code: 'plugin.unavailable',
  say: t('No plugin answers at the moment.', 'Aucun greffon ne répond en ce moment.'),
  next: t('They are being started again; the log says why.', 'Ils redémarrent ; le journal dit pourquoi.'),
  retryable: true,
} as const;

/** Orders are taken, and wait. */
const heldOrders = ({ pipeline }: Core): readonly Refusal[] => [pipeline.held()].filter((one) => one !== undefined);

const readLogOf = ({ runLogs, redactor }: OpenEdges) => readLogIn({ folder: runLogs, redactor });

function consoleOf(edges: OpenEdges, core: Core, sight: Sight): Console {
  const { store, redactor, settings, changes, people, files, clock, log } = edges;
  return createConsole({
    messages: store.console,
    people,
    credentials: store.credentials,
    files,
    receiver: core.pipeline,
    wasReceived: store.inbox.has,
    orders: store.orders,
    runs: store.runs,
    audit: store.audit,
    record: (fact) => recordTo(store.audit, redactor).append(fact),
    sight,
    changes,
    listenRuns: (listener) => core.runner.listen(listener),
    clock,
    log,
    settings: () => settings().console,
    language: () => settings().language,
    complete: (actor, _channel, line) => core.pipeline.complete(actor, line),
    formLine: core.pipeline.filled,
    holdsSecret: core.holdsSecret,
    redact: redactor.text,
    approvers: async (orderId) => {
      const { approve, deny } = await core.approvers(orderId);
      return { approve: approve.map(({ id }) => id), deny: deny.map(({ id }) => id) };
    },
    approvedBy: (run) => approvedBy(store, run),
    planText: planTextOf(edges, { narrow: true }),
    readLog: readLogOf(edges),
  });
}

/** What orders about playbooks would be refused with. */
const noPlaybooks = async (folder: string): Promise<readonly Refusal[]> => {
  const found = await folderIsThere(folder);
  return found.ok ? [] : [found.refusal];
};

/** Opens the HTTP server with everything it serves. */
export async function openWeb(
  edges: OpenEdges,
  core: Core,
  local: { readonly token: string; readonly account: string },
  undo: Undo,
  warnings: () => readonly Refusal[],
): Promise<Web> {
  const { store, people, clock, changes, settings, log } = edges;
  const sight = sightOf({
    people,
    plans: store.plans,
    messages: store.console,
    policy: core.policy,
    fleet: edges.fleet,
    commands: core.plugins.commands,
  });
  const console = consoleOf(edges, core, sight);
  undo.add(await noteFirst(edges.anchor, store.audit, changes, log));
  const metrics = createMetrics(store, changes);
  undo.add(metrics.stop);
  const { host, port, url } = settings().server;
  const server = await createHttpServer({
    host,
    port,
    log,
    doorkeeper: createDoorkeeper({
      credentials: store.credentials,
      people,
      clock,
      local: { ...local, actor: localActor(local.account) },
    }),
    routes: [
      ...apiRoutes({
        receiver: core.pipeline,
        orders: store.orders,
        runs: store.runs,
        audit: store.audit,
        people,
        messages: store.console,
        channels: () => settings().console.channels.map(({ name }) => name),
        sight,
        changes,
        clock,
        holdsSecret: core.holdsSecret,
        redact: edges.redactor.json,
        planText: planTextOf(edges),
        readLog: readLogOf(edges),
      }),
      ...localRoutes({ console, edges, core }),
      ...console.routes,
      ...healthRoutes({
        checks: readyChecks(edges, core),
        warnings: async () => [...warnings(), ...heldOrders(core), ...(await noPlaybooks(settings().playbooks))],
        metrics: metrics.registry,
      }),
      ...pageRoutes({ folder: pageFolder }),
    ],
    secureCookies: url?.startsWith('https:') ?? false,
    ...(url === undefined ? {} : { publicUrl: url }),
    observe: metrics.observe,
  });
  undo.add(() => server.stop());
  return { console, server, url: url ?? server.url, warnings: (await isBuilt(pageFolder)) ? [] : [pageNotBuilt] };
}
