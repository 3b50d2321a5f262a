import type { JsonObject } from '#core/json.ts';
import type { Module } from './module.ts';
import {
  type Login,
  loginArguments,
  loginOf,
  postgresAsk,
  postgresBeginning,
  readPostgres,
} from './postgresql/client.ts';

interface PingArgs {
  readonly login: Login;
}

const versionOf = (text: string): JsonObject => {
  const number = Number(/\d+/.exec(text)?.[0] ?? 0);
  const [major, rest] = [Math.floor(number / 10_000), number % 10_000];
  if (major >= 10) return { major, minor: rest, full: `${major}.${rest}`, raw: text.trim() };
  const [minor, patch] = [Math.floor(rest / 100), rest % 100];
  return { major, minor, patch, full: `${major}.${minor}.${patch}`, raw: text.trim() };
};

/** Says whether a server of PostgreSQL answers, and which version it is. Nothing changes, and silence is no failure. */
export const postgresqlPing: Module<PingArgs, JsonObject> = {
  name: 'postgresql_ping',
  args: { ...loginArguments, db: { type: 'str', aliases: ['login_db'] } },
  freeForm: 'kv',
  prepare: (args) => ({ login: loginOf(args, typeof args.db === 'string' ? args.db : 'postgres') }),
  probe: ({ login }, quote) =>
    [
      postgresBeginning(login, quote),
      postgresAsk(login, 'version', 'SHOW server_version_num;', quote),
      'echo end',
    ].join('\n'),
  read: (output) => {
    const { fields, failed } = readPostgres(output, 'postgresql_ping');
    if (fields.get('missing') !== undefined) return { failed: failed ?? '' };
    return failed === undefined
      ? { is_available: true, server_version: versionOf(fields.raw('version') ?? ''), conn_err_msg: '' }
      : { is_available: false, server_version: {}, conn_err_msg: failed };
  },
  plan: (_args, state) =>
    typeof state.failed === 'string'
      ? { differences: [], result: { msg: state.failed }, failed: state.failed }
      : { differences: [], result: state },
  apply: () => undefined,
  finish: (_args, _state, plan) => ({ result: plan.result, changed: false }),
};
