import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refusalOf } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { languageOf } from './language.ts';
import { badRequest, failed, HttpRefusal, refusalBody, tooLarge } from './refusals.ts';

const codeOf = (thrown: unknown): unknown =>
  typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : undefined;

const statusOf = (thrown: unknown): number =>
  typeof thrown === 'object' && thrown !== null && 'statusCode' in thrown && typeof thrown.statusCode === 'number'
    ? thrown.statusCode
    : 500;

/** What is thrown on the way, as the refusal to send. The unforeseen goes to the log under a reference, and no further. */
const toRefusal = (thrown: unknown, route: string, log: Log): HttpRefusal => {
  if (thrown instanceof HttpRefusal) return thrown;
  const refusal = refusalOf(thrown);
  if (refusal !== undefined) {
    log.warn({ err: thrown, route, code: refusal.code }, 'a request failed');
    return new HttpRefusal(refusal.retryable === true ? 503 : 500, refusal);
  }
  if (codeOf(thrown) === 'FST_ERR_CTP_BODY_TOO_LARGE') return tooLarge();
  if (statusOf(thrown) < 500) return badRequest();
  const reference = randomUUID().slice(0, 8);
  log.error({ err: thrown, route, reference }, 'a request failed unexpectedly');
  return failed(reference);
};

const mostReadOff = 16 * 1024 * 1024;
const longestReadOffMs = 5000;

/** Takes the rest of a body that is too large, within bounds: who still sends when the connection ends reads no answer. */
async function readOff(body: Readable): Promise<void> {
  let size = 0;
  const enough = AbortSignal.timeout(longestReadOffMs);
  const count = (chunk: Buffer) => {
    size += chunk.length;
    if (size > mostReadOff) body.pause().emit('enough');
  };
  body.on('data', count);
  await Promise.race([once(body, 'end', { signal: enough }), once(body, 'enough', { signal: enough })]).catch(
    () => undefined,
  );
  body.off('data', count);
}

/** Answers whatever was thrown while a request was served, as `{code, say, next}` in the client's language. */
export async function sendFailure(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  log: Log,
): Promise<FastifyReply> {
  const refusal = toRefusal(thrown, request.routeOptions.url ?? 'unknown', log);
  if (refusal.status === 413 && !request.raw.readableEnded) await readOff(request.raw);
  return reply
    .code(refusal.status)
    .headers(refusal.headers)
    .send(refusalBody(refusal.refusal, languageOf(request.headers['accept-language'])));
}
