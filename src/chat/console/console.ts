import type { ActorId } from '#core/actor.ts';
import type { Chat } from '#core/chat.ts';
import type { Route } from '#core/http.ts';
import { auditRoute } from './audit.ts';
import { completeRoute } from './complete.ts';
import { consoleChat } from './deliver.ts';
import { fileRoute } from './files.ts';
import { formRoute } from './form.ts';
import { invite, loginRoutes } from './login.ts';
import { messageRoutes } from './messages.ts';
import type { ConsoleOptions } from './options.ts';
import { planRoute } from './plans.ts';
import { runLogRoutes } from './run-log.ts';
import { runRoutes } from './runs.ts';
import { createSay } from './say.ts';
import { sendRoute } from './send.ts';
import { sessionRoute } from './session.ts';
import { streamRoute } from './stream.ts';
import { tapRoute } from './tap.ts';
import { createWindows } from './windows.ts';

export type { ConsoleOptions, ConsoleSettings } from './options.ts';

/** The built-in chat: a web page, and the routes behind it. */
export interface Console {
  readonly chat: Chat;
  readonly routes: readonly Route[];
  /** Makes a one-time login link, good for a day; the path to put after the console's address. */
  invite(actor: ActorId): Promise<string>;
}

export const createConsole = (options: ConsoleOptions): Console => {
  const windows = createWindows();
  const say = createSay(options);
  return {
    chat: consoleChat(options),
    routes: [
      ...loginRoutes(options, windows),
      sessionRoute(options),
      ...messageRoutes(options),
      sendRoute(options, say),
      tapRoute(options, say),
      formRoute(options, say),
      completeRoute(options),
      fileRoute(options),
      ...runRoutes(options),
      ...runLogRoutes(options),
      planRoute(options),
      auditRoute(options),
      streamRoute(options, windows),
    ],
    invite: (actor) => invite(actor, options),
  };
};
