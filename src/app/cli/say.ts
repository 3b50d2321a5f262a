import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { personNamed } from '#core/actor.ts';
import { Fault, refusalOf } from '#core/errors.ts';
import { inLanguage, type Language, type Text, t } from '#core/text.ts';
import { everyId } from '#settings/people.ts';
import type { Settings } from '#settings/schema.ts';
import { localActor } from '../local-access.ts';
import { placeFor, readArguments } from './arguments.ts';
import { codes, isGone, isSilent, outcomeOf, pauseMs, reached, strange } from './await-order.ts';
import { cardText } from './card-text.ts';
import { type LocalApi, localApi, refusalShape } from './local-api.ts';
import { goesOn, sayMeanwhile } from './meanwhile.ts';
import { nextStep } from './next-step.ts';
import { type CliCommand, exit, type Terminal, Usage } from './terminal.ts';

const acceptedShape = z.object({ event: z.string(), status: z.string(), id: z.number().optional() });
const botGone = (id: number | undefined, key: string, cause: unknown): Fault =>
  new Fault(
    {
      code: 'cli.bot_gone',
      say: t(
        `Order ${id ?? ''} was accepted, then the bot stopped.`,
        `L’ordre ${id ?? ''} a été accepté, puis le bot s’est arrêté.`,
      ),
      next: t(
        `Start it again: it answers what it had accepted. Give the same line again with --key ${key} to wait for that: it is never run twice.`,
        `Redémarrez-le : il répond à ce qu’il avait accepté. Redonnez la même ligne avec --key ${key} pour l’attendre : elle n’est jamais exécutée deux fois.`,
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

async function place(api: LocalApi, order: object): Promise<z.output<typeof acceptedShape>> {
  const { status, body } = await api.call('POST', '/api/v1/orders', order);
  if (status === 202) return acceptedShape.parse(body);
  const refusal = refusalShape.safeParse(body);
  if (!refusal.success) throw strange(status);
  throw new Fault(refusal.data);
}

/** How long an order is given again whose fate is not known. */
const againMs = 10_000;

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
    const connect = () => localApi(data, terminal.language, terminal.signal);
    const key = values.key ?? randomUUID();
    const { api, accepted } = await give(connect, {
      text: positionals.join(' '),
      key,
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
    const bot = reached(api, connect, terminal.signal);
    const order = await outcomeOf(bot, accepted.status, waiting).catch((thrown: unknown) => {
      if (isSilent(thrown)) throw silentSince(accepted.id, thrown);
      throw isGone(thrown) ? botGone(accepted.id, key, thrown) : thrown;
    });
    const tell = (text: Text) => terminal.out(inLanguage(text, language));
    if (values.json) terminal.out(JSON.stringify(order));
    else tell(order.card ? cardText(order.card, language) : goesOn(order));
    const which = { config: values.config, env: terminal.env };
    for (const line of values.json ? [] : await nextStep(bot.api(), order, values.as, which)) tell(line);
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
