import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { personNamed } from '#core/actor.ts';
import type { Card } from '#core/card.ts';
import { Fault, refusalOf } from '#core/errors.ts';
import { inLanguage, type Language, type Text, t } from '#core/text.ts';
import { everyId } from '#settings/people.ts';
import type { Settings } from '#settings/schema.ts';
import { localActor } from '../local-access.ts';
import { placeFor, readArguments } from './arguments.ts';
import { cardText } from './card-text.ts';
import { type LocalApi, localApi, refusalShape, theBotIsSilent } from './local-api.ts';
import { goesOn, type Meanwhile, sayMeanwhile } from './meanwhile.ts';
import { nextStep } from './next-step.ts';
import { type CliCommand, exit, type Terminal, Usage } from './terminal.ts';

const acceptedShape = z.object({ event: z.string(), status: z.string(), id: z.number().optional() });
const orderShape = z.object({
  order: z
    .object({
      id: z.number(),
      state: z.string(),
      card: z.custom<Card>().optional(),
      command: z.string().optional(),
      args: z.looseObject({ order: z.unknown().optional() }).optional(),
      runId: z.number().optional(),
    })
    .loose(),
});

const botGone = (id: number | undefined, cause: unknown): Fault =>
  new Fault(
    {
      code: 'cli.bot_gone',
      say: t(
        `Order ${id ?? ''} was accepted, then the bot stopped.`,
        `L’ordre ${id ?? ''} a été accepté, puis le bot s’est arrêté.`,
      ),
      next: t(
        'Start it again: it answers what it had accepted; “bin/quarterdeck say runs” shows what became of it.',
        'Redémarrez-le : il répond à ce qu’il avait accepté ; « bin/quarterdeck say runs » montre ce qu’il en est.',
      ),
    },
    { cause },
  );

/** The bot hangs: what it had accepted is there still. */
const silentSince = (id: number | undefined, cause: unknown): Fault =>
  new Fault(
    {
      code: 'cli.silent_since',
      say: t(
        `Order ${id ?? ''} was accepted, and the bot does not answer any more.`,
        `L’ordre ${id ?? ''} a été accepté, et le bot ne répond plus.`,
      ),
      next: t(
        'When it answers again, “bin/quarterdeck say runs” shows what became of it.',
        'Quand il répondra de nouveau, « bin/quarterdeck say runs » montrera ce qu’il en est.',
      ),
    },
    { cause },
  );

const isSilent = (thrown: unknown): boolean => refusalOf(thrown)?.code === 'cli.silent';

const isGone = (thrown: unknown): boolean => ['cli.no_bot', 'cli.cut'].includes(refusalOf(thrown)?.code ?? '');

/** How an order's state ends the command; anything else is still open. */
const codes: Readonly<Record<string, number>> = {
  done: exit.done,
  failed: exit.failed,
  refused: exit.failed,
  cancelled: exit.failed,
  expired: exit.failed,
  interrupted: exit.failed,
  asking: exit.failed,
  confirming: exit.waiting,
  approving: exit.waiting,
};

const strange = (status: number): Fault =>
  new Fault({ code: 'cli.answer', say: t(`The bot answered ${status}.`, `Le bot a répondu ${status}.`) });

/** One call waits at most this long, in seconds; longer waits are several calls, and more where each is told of. */
const longestPoll = 30;
const toldPoll = 1;

async function place(api: LocalApi, order: object): Promise<z.output<typeof acceptedShape>> {
  const { status, body } = await api.call('POST', '/api/v1/orders', order);
  if (status === 202) return acceptedShape.parse(body);
  const refusal = refusalShape.safeParse(body);
  if (!refusal.success) throw strange(status);
  throw new Fault(refusal.data);
}

/** How long an order is given again whose fate is not known. */
const againMs = 10_000;
const pauseMs = 300;

const unsure = (key: string, cause: unknown): Fault =>
  new Fault(
    {
      code: 'cli.unsure',
      say: isSilent(cause)
        ? t(
            'The bot does not answer: the order may have been accepted.',
            'Le bot ne répond pas : l’ordre a peut-être été accepté.',
          )
        : t(
            'The connection to the bot was cut: the order may have been accepted.',
            'La connexion au bot a été coupée : l’ordre a peut-être été accepté.',
          ),
      next: t(
        `Give the same line again with --key ${key}: it is never run twice.`,
        `Redonnez la même ligne avec --key ${key} : elle n’est jamais exécutée deux fois.`,
      ),
    },
    { cause },
  );

/** Gives the order, and again under the same key while nobody knows whether it was taken; a bot that started anew has another address. */
async function give(connect: () => Promise<LocalApi>, order: { readonly key: string; readonly text: string }) {
  const until = Date.now() + againMs;
  let lost: unknown;
  for (;;) {
    try {
      const api = await connect();
      return { api, accepted: await place(api, order) };
    } catch (thrown) {
      const code = refusalOf(thrown)?.code;
      if (code === 'cli.cut' || code === 'cli.silent') lost = thrown;
      else if (code !== 'cli.no_bot' || lost === undefined) throw thrown;
      if (Date.now() > until) throw unsure(order.key, lost);
      await sleep(pauseMs);
    }
  }
}

async function read(api: LocalApi, path: string, wait: number) {
  const { status, body } = await api.call('GET', `${path}?wait=${wait}`, undefined, wait);
  if (status !== 200) throw strange(status);
  return orderShape.parse(body).order;
}

/** How an order is waited for. */
interface Waiting {
  readonly until: number;
  readonly meanwhile: Meanwhile | undefined;
}

/** Waits until the order is closed, waits for a person, or it is too late. */
async function follow(api: LocalApi, path: string, { until, meanwhile }: Waiting) {
  const most = meanwhile ? toldPoll : longestPoll;
  for (;;) {
    const left = Math.ceil((until - Date.now()) / 1000);
    const order = await read(api, path, Math.max(0, Math.min(left, most))).catch((thrown: unknown) => {
      if (!isSilent(thrown) || Date.now() >= until) throw thrown;
    });
    if (!order) {
      meanwhile?.(hanging);
      continue;
    }
    if (codes[order.state] !== undefined || left <= 0) return order;
    if (Date.now() < until) meanwhile?.(order);
  }
}

const hanging: Card = { tone: 'bad', title: theBotIsSilent };

type SeenOrder = Awaited<ReturnType<typeof read>>;

/** The order that a yes set going. */
const setGoing = ({ state, command, args }: SeenOrder): number | undefined => {
  const isYes = state === 'done' && (command === 'confirm' || command === 'approve');
  return isYes && typeof args?.order === 'number' ? args.order : undefined;
};

/** Waits for what was said; of a yes, for the work it set going. */
async function outcomeOf(api: LocalApi, path: string, waiting: Waiting): Promise<SeenOrder> {
  const order = await follow(api, path, waiting);
  const about = setGoing(order);
  return about === undefined ? order : follow(api, `/api/v1/orders/${about}`, waiting);
}

/** Who speaks has a language of their own, before the one of the terminal. */
const languageOf = (people: Settings['people'], actor: string, { language }: Terminal): Language =>
  everyId(people).find((one) => one.id === actor)?.language ?? language;

/** `quarterdeck say`: one order to the running bot, and its answer. */
export const say: CliCommand = {
  usage: t(
    'say "ORDER" [--as ACTOR] [--yes] [--json] [--wait 60] [--key KEY] [--channel NAME]',
    'say "ORDRE" [--as ACTEUR] [--yes] [--json] [--wait 60] [--key CLÉ] [--channel NOM]',
  ),
  about: t(
    'Give the running bot an order and print its answer',
    'Donner un ordre au bot qui tourne et afficher sa réponse',
  ),
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, options, Number.POSITIVE_INFINITY);
    if (positionals.join(' ').trim() === '') throw new Usage(t('Say what: say "help".', 'Dites quoi : say "help".'));
    const wait = Number(values.wait ?? 60);
    if (!Number.isFinite(wait) || wait < 0 || wait > 86_400) throw badWait();
    const { data, settings } = await placeFor(values.config, terminal);
    const { api, accepted } = await give(() => localApi(data, terminal.language, terminal.signal), {
      text: positionals.join(' '),
      key: values.key ?? randomUUID(),
      ...(values.as === undefined ? {} : { as: values.as }),
      ...(values.yes ? { yes: true } : {}),
      ...(values.channel === undefined ? {} : { channel: values.channel }),
    });
    const speaker = values.as === undefined ? localActor(api.access.account) : personNamed(values.as);
    const language = languageOf(settings?.people ?? [], speaker, terminal);
    const waiting = {
      until: Date.now() + wait * 1000,
      meanwhile: values.json ? undefined : sayMeanwhile(terminal, language),
    };
    const order = await outcomeOf(api, accepted.status, waiting).catch((thrown: unknown) => {
      if (isSilent(thrown)) throw silentSince(accepted.id, thrown);
      throw isGone(thrown) ? botGone(accepted.id, thrown) : thrown;
    });
    const tell = (text: Text) => terminal.out(inLanguage(text, language));
    if (values.json) terminal.out(JSON.stringify(order));
    else tell(order.card ? cardText(order.card, language) : goesOn(order));
    const which = { config: values.config, env: terminal.env };
    for (const line of values.json ? [] : await nextStep(api, order, values.as, which)) tell(line);
    return codes[order.state] ?? exit.goesOn;
  },
};

const options = {
  as: { type: 'string' },
  yes: { type: 'boolean' },
  wait: { type: 'string' },
  key: { type: 'string' },
  channel: { type: 'string' },
} as const;

const badWait = () => new Usage(t('--wait takes seconds, 0 to 86400.', '--wait prend des secondes, de 0 à 86400.'));
