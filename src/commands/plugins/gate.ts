import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { ChartRequest } from '#core/charts.ts';
import { Fault } from '#core/errors.ts';
import type { Json } from '#core/json.ts';
import { type Text, t } from '#core/text.ts';
import type { NeedName } from '#kit/command.ts';
import type { CoreServices } from './contract.ts';

/** What the holder of a key may ask for. Without an order (a background job) only its own values and series. */
export interface Grant {
  readonly plugin: string;
  readonly orderId?: number;
  readonly needs: readonly NeedName[];
}

/** A plugin's wish, as it comes over the wall. */
const wish = z.object({
  key: z.string(),
  need: z.string(),
  method: z.string(),
  args: z.array(z.unknown()).max(10),
});

/**
 * The one door through which plugin code reaches the core. A key is random, belongs to one call of one plugin, and
 * opens only what the command listed in `needs`; it dies with the call. So a forged message gains nothing.
 */
export interface Gate {
  open(grant: Grant): string;
  close(key: string): void;
  serve(payload: unknown, signal: AbortSignal): Promise<unknown>;
}

type Run = (core: CoreServices, grant: Grant, args: readonly unknown[], signal: AbortSignal) => Promise<unknown>;

const method = <A extends z.ZodTuple>(
  args: A,
  run: (core: CoreServices, grant: Grant, args: z.output<A>, signal: AbortSignal) => Promise<unknown>,
): Run => {
  return (core, grant, given, signal) => {
    const parsed = args.safeParse(given);
    if (!parsed.success) return Promise.reject(badWish(grant, parsed.error.issues[0]?.message ?? ''));
    return run(core, grant, parsed.data, signal);
  };
};

const count = z.int().min(1).max(1_000);
const auditFilter = z.strictObject({ actor: z.string().max(300).optional(), before: z.int().min(1).optional() });
const key = z.string().min(1).max(200);
const time = z.number().min(0).max(8.64e15);
const steps = z.tuple([key, time, time, z.int().min(1)]);
const text: z.ZodType<Text> = z.union([
  z.string().max(2_000),
  z.object({ en: z.string().max(2_000), fr: z.string().max(2_000) }),
]);
const small = z.json().refine((value) => JSON.stringify(value).length <= 64 * 1024, 'is larger than 64 kB');
const samples = z
  .record(z.string().min(1).max(100), z.number())
  .refine((values) => Object.keys(values).length <= 200, 'has more than 200 names');

const chart = z.object({
  title: z.string().max(200),
  unit: z.enum(['percent', 'bytes', 'bytes/s', 'seconds', 'count', 'load']),
  from: time,
  to: time,
  series: z
    .array(
      z.object({
        name: z.string().max(200),
        points: z.array(z.tuple([time, z.number().nullable()])).max(20_000),
      }),
    )
    .max(200),
  threshold: z.object({ value: z.number(), label: z.string().max(100) }).optional(),
  timeZone: z.string().max(100).optional(),
});

/** Every method a plugin can reach, by need. */
const methods: Readonly<Record<string, Readonly<Record<string, Run>>>> = {
  hosts: { list: method(z.tuple([]), (core, grant) => core.hosts.list(order(grant))) },
  facts: {
    gather: method(z.tuple([z.array(z.string().max(300)).max(10_000)]), (core, grant, [hosts], signal) =>
      core.facts.gather(order(grant), hosts, signal),
    ),
  },
  runs: {
    last: method(z.tuple([count, z.int().min(1).optional()]), (core, grant, [limit, before]) =>
      core.runs.last(order(grant), limit, before),
    ),
    get: method(z.tuple([z.number().min(1)]), (core, grant, [id]) => core.runs.get(order(grant), id)),
  },
  audit: {
    last: method(z.tuple([count, auditFilter.optional()]), (core, grant, [limit, filter]) =>
      core.audit.last(order(grant), limit, filter),
    ),
  },
  people: {
    called: method(z.tuple([z.array(z.string().max(300)).max(1_000)]), (core, _grant, [ids]) =>
      core.people.called(ids),
    ),
  },
  charts: {
    draw: method(z.tuple([chart, text]), (core, _grant, [request, alt], signal) =>
      // zod types an absent key as possibly undefined; the object itself never holds one.
      core.charts.draw(request as ChartRequest, alt, signal),
    ),
  },
  logs: {
    clean: method(z.tuple([z.array(z.string().max(16 * 1024)).max(1_000)]), (core, _grant, [lines]) =>
      core.logs.clean(lines),
    ),
  },
  playbooks: { list: method(z.tuple([]), (core) => core.playbooks.list()) },
  values: {
    get: method(z.tuple([key]), (core, grant, [name]) => core.values.get(grant.plugin, name)),
    set: method(z.tuple([key, small]), (core, grant, [name, value]) =>
      core.values.set(grant.plugin, name, value as Json),
    ),
    remove: method(z.tuple([key]), (core, grant, [name]) => core.values.remove(grant.plugin, name)),
  },
  series: {
    add: method(z.tuple([time, samples]), (core, grant, [at, values]) => core.series.add(grant.plugin, at, values)),
    range: method(steps, (core, grant, [name, from, to, step]) =>
      core.series.range(grant.plugin, name, from, to, step),
    ),
    summary: method(steps, (core, grant, [name, from, to, step]) =>
      core.series.summary(grant.plugin, name, from, to, step),
    ),
    forget: method(z.tuple([time]), (core, grant, [before]) => core.series.forget(grant.plugin, before)),
  },
};

/** A plugin's own values need no asking. */
const always = new Set(['values']);

/** Opens the gate to the core's services. */
export function createGate(core: CoreServices): Gate {
  const grants = new Map<string, Grant>();
  return {
    open(grant) {
      const fresh = randomBytes(18).toString('base64url');
      grants.set(fresh, grant);
      return fresh;
    },
    close: (held) => void grants.delete(held),
    async serve(payload, signal) {
      const parsed = wish.safeParse(payload);
      const grant = parsed.success ? grants.get(parsed.data.key) : undefined;
      if (!parsed.success || !grant) throw closed();
      const { need, method: name, args } = parsed.data;
      if (!always.has(need) && !(grant.needs as readonly string[]).includes(need)) throw notGiven(grant, need);
      const offered = Object.hasOwn(methods, need) ? methods[need] : undefined;
      const run = offered && Object.hasOwn(offered, name) ? offered[name] : undefined;
      if (!run) throw notGiven(grant, `${need}.${name}`);
      return run(core, grant, args, signal);
    },
  };
}

function order(grant: Grant): number {
  if (grant.orderId === undefined) throw notGiven(grant, 'an order');
  return grant.orderId;
}

const closed = () =>
  new Fault({
    code: 'plugin.closed',
    say: t('This call is over; nothing more is given to it.', 'Cet appel est terminé ; il ne reçoit plus rien.'),
  });

const notGiven = (grant: Grant, need: string) =>
  new Fault({
    code: 'plugin.not_given',
    say: t(
      `The plugin ${grant.plugin} used ${need}, which it did not ask for.`,
      `Le greffon ${grant.plugin} a utilisé ${need}, qu’il n’a pas demandé.`,
    ),
    next: t(`Its author must list it in “needs”.`, `Son auteur doit l’inscrire dans « needs ».`),
  });

const badWish = (grant: Grant, fault: string) =>
  new Fault({
    code: 'plugin.bad_request',
    say: t(
      `The plugin ${grant.plugin} asked the core for something malformed: ${fault}`,
      `Le greffon ${grant.plugin} a mal formulé une demande au noyau : ${fault}`,
    ),
  });
