import { z } from 'zod';
import type { ErrorCode } from '#core/error-codes.ts';
import { Fault, isErrorCode } from '#core/errors.ts';
import { t } from '#core/text.ts';
import { findBot, type LocalAccess } from '../local-access.ts';

/** What the bot answered. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A refusal of the bot's API: its code is believed, the bot may be of another version. */
export const refusalShape = z.object({
  code: z.custom<ErrorCode>(isErrorCode),
  say: z.string(),
  next: z.string().exactOptional(),
});

/** Nobody answers at the address the bot announced, or no bot announced one. */
export const noBot = (data: string): Fault =>
  new Fault({
    code: 'cli.no_bot',
    say: t(`No bot is running on the data folder ${data}.`, `Aucun bot ne tourne sur le dossier de données ${data}.`),
    next: t(
      'Start it with “npm start”, or name its folder with QUARTERDECK_DATA.',
      'Démarrez-le avec « npm start », ou nommez son dossier avec QUARTERDECK_DATA.',
    ),
  });

/** The bot was there, and what became of the question is not known. */
const cut = (cause: unknown): Fault =>
  new Fault(
    {
      code: 'cli.cut',
      say: t('The connection to the bot was cut.', 'La connexion au bot a été coupée.'),
      next: t('Try again.', 'Réessayez.'),
      retryable: true,
    },
    { cause },
  );

/** The bot that was asked before is no more; another listens there. */
export const anotherBot = (): Fault => cut(undefined);

/** The bot, or what listens in its place, took the question and says nothing. */
const silent = (cause: unknown): Fault =>
  new Fault(
    {
      code: 'cli.silent',
      say: theBotIsSilent,
      next: t('“bin/quarterdeck doctor” looks at how it is.', '« bin/quarterdeck doctor » regarde comment il va.'),
      retryable: true,
    },
    { cause },
  );

export const theBotIsSilent = t('The bot does not answer.', 'Le bot ne répond pas.');

/** How long an answer may take beyond what it was asked to wait. */
const patienceMs = 10_000;

/** Nothing took the connection, so nothing was asked. */
const isRefused = (thrown: unknown): boolean =>
  thrown instanceof Error &&
  (('code' in thrown && thrown.code === 'ECONNREFUSED') ||
    thrown.message === 'bad port' || // fetch does not even try some, such as 1
    isRefused(thrown.cause) ||
    (thrown instanceof AggregateError && thrown.errors.every(isRefused)));

/** The running bot's API, as the account that holds the data folder. */
export interface LocalApi {
  readonly access: LocalAccess;
  /** Asks one thing; `waits` are the seconds that the bot is asked to wait before it answers. */
  call(method: 'GET' | 'POST', path: string, body?: object, waits?: number): Promise<Answer>;
}

/** Finds the running bot. */
export async function localApi(data: string, language: string, signal: AbortSignal): Promise<LocalApi> {
  const access = await findBot(data);
  if (!access) throw noBot(data);
  return {
    access,
    async call(method, path, body, waits = 0) {
      const headers = {
        authorization: `Bearer ${access.token}`,
        'accept-language': language,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      };
      const limit = AbortSignal.timeout(waits * 1000 + patienceMs);
      const either = AbortSignal.any([signal, limit]);
      const request = {
        method,
        headers,
        signal: either,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      };
      try {
        const reply = await fetch(new URL(path, access.url), request);
        const text = await reply.text();
        return { status: reply.status, body: text === '' ? undefined : JSON.parse(text) };
      } catch (cause) {
        if (signal.aborted) throw signal.reason;
        if (limit.aborted) throw silent(cause);
        throw isRefused(cause) ? Object.assign(noBot(data), { cause }) : cut(cause);
      }
    },
  };
}
