import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Json, JsonObject } from '#core/json.ts';
import type { Lookup, LookupCall } from '#playbook/templates/index.ts';
import { flag, isTrue, lookupFault, onlyOptions } from './options.ts';

const entry = fileURLToPath(new URL('./url-entry.mjs', import.meta.url));

const largest = 16 * 1024 * 1024;
const usualSeconds = 10;
const mostSeconds = 120;

const known = [
  ...['validate_certs', 'split_lines', 'use_proxy', 'username', 'password', 'headers', 'force', 'timeout'],
  ...['http_agent', 'force_basic_auth', 'follow_redirects', 'ca_path'],
];

/** The options that a variable gives where the lookup does not say. */
const variables: Readonly<Record<string, string>> = {
  force: 'ansible_lookup_url_force',
  timeout: 'ansible_lookup_url_timeout',
  http_agent: 'ansible_lookup_url_agent',
  follow_redirects: 'ansible_lookup_url_follow_redirects',
  ca_path: 'ansible_lookup_url_ca_path',
};

/** What an address gives to the machine that plays: for whoever sits there, never for a chat. */
export const urlLookup: Lookup = (call) => {
  onlyOptions(call, 'url', known);
  const options = { ...given(call), ...call.options };
  return call.terms.flat().flatMap((term) => {
    const content = fetched(String(term), options, call);
    if (!flag(options, 'split_lines', true)) return [content];
    return content
      .replace(/(?:\r\n|\n|\r)$/, '')
      .split(/\r\n|\n|\r/)
      .filter((_line, _at, all) => content !== '' || all.length > 1);
  });
};

function given({ scope }: LookupCall): JsonObject {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([option, name]): [string, Json][] => {
      const value = scope.get(name);
      return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? [[option, value]]
        : [];
    }),
  );
}

function fetched(written: string, options: JsonObject, call: LookupCall): string {
  const url = URL.parse(written);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw lookupFault(
      call,
      `the lookup 'url' needs an address with http or https, not '${written}'.`,
      `le lookup « url » attend une adresse en http ou https, pas « ${written} ».`,
    );
  }
  const idleMs = secondsOf(options, call) * 1000;
  const asked = {
    headers: headersOf(url, options),
    redirect: /^(?:none|no|false)$/i.test(String(options.follow_redirects ?? '')) ? 'manual' : 'follow',
    idleMs,
    largest,
  };
  url.username = '';
  url.password = '';
  const { status, stdout, stderr, error } = spawnSync(process.execPath, ['--use-system-ca', entry], {
    input: JSON.stringify({ ...asked, url: url.href }),
    env: environment(options),
    maxBuffer: largest + 1024,
    timeout: Math.max(idleMs, mostSeconds * 1000),
  });
  if (status === 0) return stdout.toString('utf8');
  const why = stderr?.toString('utf8') || error?.message || `${status}`;
  throw lookupFault(
    call,
    `the lookup 'url' got nothing from ${url.origin}${url.pathname}: ${why}.`,
    `le lookup « url » n’a rien reçu de ${url.origin}${url.pathname} : ${why}.`,
    undefined,
    error,
  );
}

function secondsOf({ timeout }: JsonObject, call: LookupCall): number {
  const seconds = Number(timeout ?? usualSeconds);
  if (seconds > 0 && seconds <= mostSeconds) return seconds;
  throw lookupFault(
    call,
    `the timeout of the lookup 'url' is a number of seconds up to ${mostSeconds}.`,
    `le délai du lookup « url » est un nombre de secondes jusqu’à ${mostSeconds}.`,
  );
}

function headersOf(url: URL, options: JsonObject): Record<string, string> {
  const { headers } = options;
  const own = typeof headers === 'object' && headers !== null && !Array.isArray(headers) ? headers : {};
  const user = options.username ?? (url.username === '' ? undefined : decodeURIComponent(url.username));
  const password = options.password ?? decodeURIComponent(url.password);
  const credentials = Buffer.from(`${user}:${password}`).toString('base64');
  return {
    'user-agent': String(options.http_agent ?? 'ansible-httpget'),
    ...(isTrue(options.force) ? { 'cache-control': 'no-cache' } : {}),
    ...(user === undefined || user === null ? {} : { authorization: `Basic ${credentials}` }),
    ...Object.fromEntries(Object.entries(own).map(([name, value]) => [name.toLowerCase(), String(value)])),
  };
}

/** Node’s own switches say which certificates count, and whether a proxy is asked. */
function environment(options: JsonObject): NodeJS.ProcessEnv {
  const ca = options.ca_path;
  return {
    ...process.env,
    NODE_NO_WARNINGS: '1',
    NODE_USE_ENV_PROXY: flag(options, 'use_proxy', true) ? '1' : '0',
    ...(flag(options, 'validate_certs', true) ? {} : { NODE_TLS_REJECT_UNAUTHORIZED: '0' }),
    ...(typeof ca === 'string' ? { NODE_EXTRA_CA_CERTS: ca } : {}),
  };
}
