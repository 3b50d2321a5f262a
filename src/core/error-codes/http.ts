import type { Meanings } from './meaning.ts';

/** What the HTTP server refuses. */
export const http = {
  'api.as_not_local': {
    means: 'Only whoever holds the data folder may order in another’s name.',
    next: 'Leave out `as`, or use that person’s own token.',
  },
  'api.audit_refused': {
    means: 'The holder of the token may not read the audit.',
    next: 'Ask for a role that allows `audit.read`.',
  },
  'api.bad_body': {
    means: 'The body of the request is not as it must be.',
    next: 'Send `{"text": "…"}`, and optionally `channel`, `thread`, `key`, `yes`.',
  },
  'api.bad_query': {
    means: 'A value in the address of the request is not as it must be.',
    next: 'Correct it, or leave it out: what it must be is told.',
  },
  'api.key_taken': {
    means: 'The key belongs to another order; nothing was done.',
    next: 'Give each order a key of its own.',
  },
  'api.log_refused': {
    means: 'The caller may see how the run stands, not what its order and its log say.',
    next: 'Ask whoever gave the order, or give it in a channel.',
  },
  'api.no_channel': {
    means: 'The console has no such channel.',
    next: 'Use one of those that are told, or leave it out.',
  },
  'api.no_log': {
    means: 'The run has no log: it has not begun, or its log is no longer kept.',
    next: 'Its steps are still there; `keep.days` says how long runs and logs are kept.',
  },
  'api.no_order': {
    means: 'There is no such order, or the caller may not see it.',
    next: 'Use its number, or the address that was given when it was taken.',
  },
  'api.no_plan': { means: 'The order has no plan.', next: 'Only changes have one, once they are planned.' },
  'api.no_run': {
    means: 'There is no such run, or the caller may not see it.',
    next: 'The number of a run stands in its order, as `runId`.',
  },
  'api.no_thread': {
    means: 'There is no such message in that channel.',
    next: 'Name with `thread` the key of a message, and with `channel` where it stands.',
  },
  'api.unknown_actor': {
    means: 'Nobody is known by the name in `as`.',
    next: 'Use a name that the answer lists (`ada` is `console:local:ada`).',
  },
  'http.another_actor': {
    means: 'The page acts for somebody else than who is signed in with this browser by now.',
    next: 'Reload the page.',
  },
  'http.bad_json': {
    means: 'The body is not JSON that can be read.',
    next: 'Send one JSON object, nested at most 32 deep.',
  },
  'http.bad_request': { means: 'The request cannot be read.' },
  'http.cannot_listen': {
    means: 'The server cannot listen on this address and port.',
    next: 'Check `server.host` and `server.port`: ports under 1024 need rights.',
  },
  'http.check_failed': {
    means: 'One of the checks of `/readyz` failed by itself.',
    next: 'Look at the log of the bot.',
  },
  'http.failed': {
    means: 'Something went wrong in the bot.',
    next: 'Try again; the log says more under the reference that is told.',
    retryable: true,
  },
  'http.forged_request': {
    means: 'The request does not come from the console’s own page.',
    next: 'Reload the page. Behind a proxy, set `server.url` to the address people use.',
  },
  'http.not_found': { means: 'There is nothing at this address.', next: 'Check the address.' },
  'http.not_json': { means: 'Only JSON is taken here.', next: 'Send `Content-Type: application/json`.' },
  'http.page_missing': { means: 'The console’s page has not been built.', next: 'Run `npm run build`.' },
  'http.port_in_use': {
    means: 'The port is used by another program.',
    next: 'Stop that program, or choose another port with `QUARTERDECK_PORT`.',
  },
  'http.too_large': { means: 'The request is too large.', next: 'Send less at once.' },
  'http.too_many_attempts': {
    means: 'Too many failed attempts came from this address.',
    next: 'Try again after the seconds that are told.',
    retryable: true,
  },
  'http.too_many_requests': {
    means: 'One caller has too many requests under way.',
    next: 'Wait until some are answered, and try again.',
    retryable: true,
  },
  'http.too_many_streams': {
    means: 'Too many live connections are open.',
    next: 'Close some windows and try again.',
    retryable: true,
  },
  'http.unauthorized': {
    means: 'The request says nothing of who it comes from, or something untrue.',
    next: 'Sign in with a login link, or send `Authorization: Bearer TOKEN`.',
  },
  'http.wrong_host': {
    means: 'The server does not answer to that name.',
    next: 'Use the address printed at the start, or set `server.url` to the one people use.',
  },
} as const satisfies Meanings<'api' | 'http'>;
