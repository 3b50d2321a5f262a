import { Fault } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import { t } from '#core/text.ts';
import type { Module, Quote } from './module.ts';
import { assignPath, tidyPath } from './state/script.ts';

interface WaitArgs {
  readonly host: string;
  readonly port?: number;
  readonly path?: string;
  readonly search?: string;
  readonly present: boolean;
  readonly delay: number;
  readonly sleep: number;
  readonly timeout: number;
  readonly msg?: string;
  readonly state: string;
}

const wrong = (en: string, fr: string): Fault => new Fault({ code: 'module.arguments', say: t(en, fr) });

const prepare = (args: JsonObject): WaitArgs => {
  const { port, path, search_regex: search, msg } = args;
  const state = String(args.state);
  const host = String(args.host);
  if (typeof port === 'number' && typeof path === 'string') {
    throw wrong('wait_for: port and path cannot both be given.', 'wait_for : port ou path, pas les deux.');
  }
  if (typeof port === 'number' && (port < 1 || port > 65_535))
    throw wrong(`wait_for: ${port} is not a port.`, `wait_for : ${port} n’est pas un port.`);
  if (!/^[A-Za-z0-9.:_-]+$/.test(host) || host.startsWith('-'))
    throw wrong(`wait_for: “${host}” is not a host.`, `wait_for : « ${host} » n’est pas un hôte.`);
  if (typeof search === 'string' && typeof port === 'number') {
    throw wrong('wait_for: search_regex works with path only.', 'wait_for : search_regex ne va qu’avec path.');
  }
  return {
    host,
    ...(typeof port === 'number' && { port }),
    ...(typeof path === 'string' && { path: tidyPath(path) }),
    ...(typeof search === 'string' && { search }),
    present: state !== 'absent' && state !== 'stopped',
    delay: Math.max(0, Number(args.delay)),
    sleep: Math.max(1, Number(args.sleep)),
    timeout: Math.max(0, Number(args.timeout)),
    ...(typeof msg === 'string' && { msg }),
    state,
  };
};

/** Tries to connect, with whatever the host has for it. Code 2: nothing there can try. */
const portScript = (host: string, port: number, quote: Quote): string => `h=${quote(host)}
open() {
  if command -v nc >/dev/null 2>&1; then nc -z -w 3 "$h" ${port} >/dev/null 2>&1 </dev/null
  elif command -v bash >/dev/null 2>&1; then
    if command -v timeout >/dev/null 2>&1; then timeout 3 bash -c 'exec 3<>"/dev/tcp/$1/$2"' open "$h" ${port} 2>/dev/null
    else bash -c 'exec 3<>"/dev/tcp/$1/$2"' open "$h" ${port} 2>/dev/null; fi
  elif command -v curl >/dev/null 2>&1; then
    curl -s -o /dev/null --connect-timeout 3 --max-time 3 "telnet://$h:${port}" </dev/null; r=$?; [ $r -ne 7 ] && [ $r -ne 6 ] && [ $r -ne 28 ]
  elif command -v python3 >/dev/null 2>&1; then
    python3 -c 'import socket,sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 3)' "$h" ${port} 2>/dev/null
  else echo "the host has no nc, bash, curl or python3 to try a port with" >&2; exit 2; fi
}`;

const conditionOf = (args: WaitArgs, quote: Quote): { readonly before: string; readonly test: string } => {
  if (args.port !== undefined) return { before: portScript(args.host, args.port, quote), test: 'open' };
  if (args.path === undefined) return { before: '', test: args.present ? ':' : 'false' };
  const before = assignPath('p', args.path, quote);
  if (args.search === undefined) return { before, test: '[ -e "$p" ]' };
  return { before, test: `grep -Eq -e ${quote(args.search)} "$p" 2>/dev/null` };
};

const what = (args: WaitArgs): string => {
  if (args.port !== undefined) return `${args.host}:${args.port}${args.present ? '' : ' to stop'}`;
  if (args.path === undefined) return '';
  if (args.search !== undefined) return `search string in ${args.path}`;
  return args.present ? `file ${args.path}` : `${args.path} to be absent`;
};

/** One look, or with `delay` the whole waiting, on the host: the delay comes once, before the first look. */
const script = (args: WaitArgs, quote: Quote): string => {
  const { before, test } = conditionOf(args, quote);
  const reached = args.present ? test : `! ${test}`;
  const loop = `while ! { ${reached}; } && [ $(($(date +%s) - n)) -lt ${args.timeout} ]; do sleep ${args.sleep}; done`;
  const lines = [
    before,
    args.delay === 0 ? '' : `sleep ${args.delay}; n=$(date +%s); ${loop}`,
    `if ${reached}; then exit 0; fi`,
    `echo ${quote(args.msg ?? `Timeout when waiting for ${what(args)}`)} >&2`,
    'exit 1',
  ];
  return lines.filter((line) => line !== '').join('\n');
};

const own = ['127.0.0.1', 'localhost', '::1'];

/** One look of which the answer comes at once: at a path, or a port of the host itself. */
const look = (args: WaitArgs, quote: Quote): string | undefined => {
  const near = args.port === undefined ? args.path !== undefined : own.includes(args.host);
  if (!near || args.delay > 0) return undefined;
  const { before, test } = conditionOf(args, quote);
  return `if (\n${before}\n${args.present ? test : `! ${test}`}\n) 2>/dev/null; then echo reached; fi`;
};

const resultOf = (args: WaitArgs): JsonObject => ({
  state: args.state,
  ...(args.port !== undefined && { port: args.port }),
  path: args.path ?? null,
  search_regex: args.search ?? null,
});

/** Waits until a port answers, a file is there, or neither is any more. */
export const waitFor: Module<WaitArgs, { readonly reached: boolean }> = {
  name: 'wait_for',
  quick: true,
  args: {
    host: { type: 'str', default: '127.0.0.1' },
    port: { type: 'int' },
    path: { type: 'path' },
    search_regex: { type: 'str' },
    state: { type: 'str', default: 'started', choices: ['absent', 'present', 'started', 'stopped'] },
    delay: { type: 'int', default: 0 },
    sleep: { type: 'int', default: 1 },
    timeout: { type: 'int', default: 300 },
    connect_timeout: { type: 'int', default: 5 },
    msg: { type: 'str' },
  },
  freeForm: 'kv',
  prepare,
  probe: look,
  read: ({ stdout }) => ({ reached: stdout.trim() === 'reached' }),
  plan: (args) => ({
    differences: [
      { subject: `wait_for: ${what(args) || 'time'}`, aspect: 'asks', before: false, after: true, reads: true },
    ],
    result: resultOf(args),
    unknown: true,
  }),
  apply: (args, { reached }, _plan, quote) => {
    if (reached) return undefined;
    const onlyTime = args.port === undefined && args.path === undefined;
    if (onlyTime) return { script: `sleep ${args.delay === 0 ? args.timeout : args.delay}`, exitCodes: 'any' };
    return { script: script(args, quote), exitCodes: 'any' };
  },
  finish: (args, _state, plan, applied) => {
    if (applied.code === 0) return { result: plan.result, changed: false };
    const msg = applied.stderr.trim().split('\n').at(-1) ?? `Timeout when waiting for ${what(args)}`;
    return { result: { ...plan.result, msg }, changed: false, failed: msg };
  },
  waits: (args) => ({ everySeconds: args.sleep, timeoutSeconds: args.delay === 0 ? args.timeout : 0 }),
};
