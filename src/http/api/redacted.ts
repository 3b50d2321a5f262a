import type { Route, ServerSentEvent, WebReply } from '#core/http.ts';
import type { ApiOptions } from './options.ts';

async function* redactedEvents(
  events: AsyncIterable<ServerSentEvent>,
  { redact }: Pick<ApiOptions, 'redact'>,
): AsyncGenerator<ServerSentEvent> {
  for await (const event of events) yield { ...event, data: redact(event.data) };
}

/** The route with every answer and every event of it passed through the redactor. */
export const redacted = (route: Route, options: Pick<ApiOptions, 'redact'>): Route => ({
  ...route,
  async run(request): Promise<WebReply> {
    const { body, stream, ...reply } = await route.run(request);
    return {
      ...reply,
      ...(body === undefined ? {} : { body: Buffer.isBuffer(body) ? body : options.redact(body) }),
      ...(stream === undefined ? {} : { stream: redactedEvents(stream, options) }),
    };
  },
});
