import { valueMistake } from '../mistakes.ts';
import { type Builtins, builtin } from '../run/builtin.ts';
import { Dict } from '../values/dict.ts';
import { textOf } from '../values/show.ts';
import type { Value } from '../values/value.ts';

interface Parts {
  readonly scheme: string;
  readonly netloc: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

/** Python's `urlsplit`: purely by its marks, nothing is made canonical. */
export function splitUrl(url: string): Parts {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters before an address are dropped.
  const clean = url.replace(/[\t\r\n]/g, '').replace(/^[\x00-\x20]+/, '');
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(clean)?.[1] ?? '';
  let rest = scheme === '' ? clean : clean.slice(scheme.length + 1);
  const netloc = /^\/\/([^/?#]*)/.exec(rest)?.[1];
  if (netloc !== undefined) rest = rest.slice(netloc.length + 2);
  const [beforeHash = '', ...hash] = rest.split('#');
  const [path = '', ...query] = beforeHash.split('?');
  return { scheme: scheme.toLowerCase(), netloc: netloc ?? '', path, query: query.join('?'), fragment: hash.join('#') };
}

interface Authority {
  readonly username: Value;
  readonly password: Value;
  readonly hostname: Value;
  readonly port: Value;
}

function authority(netloc: string): Authority {
  const at = netloc.lastIndexOf('@');
  const user = at < 0 ? undefined : netloc.slice(0, at);
  const [username, ...password] = user === undefined ? [] : user.split(':');
  const [, bracketed, name = '', portText = ''] =
    /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/.exec(netloc.slice(at + 1)) ?? [];
  const host = (bracketed ?? name).toLowerCase();
  if (portText !== '' && (!/^\d+$/.test(portText) || Number(portText) > 65_535)) {
    throw valueMistake(`'${portText}' is no port`, `« ${portText} » n’est pas un port`);
  }
  return {
    username: username ?? null,
    password: password.length === 0 ? null : password.join(':'),
    hostname: host === '' ? null : host,
    port: portText === '' ? null : Number(portText),
  };
}

/** Filters over addresses. */
export const urls: Builtins = {
  urlsplit: builtin('value, query=""', (_run, value, wanted) => {
    const parts = splitUrl(textOf(value, 'urlsplit'));
    const all = Dict.of(Object.entries({ ...parts, ...authority(parts.netloc) }).sort(([a], [b]) => (a < b ? -1 : 1)));
    if (wanted === '') return all;
    const component = all.get(wanted);
    if (component !== undefined) return component;
    throw valueMistake(
      `urlsplit: there is no component '${textOf(wanted, 'query')}'`,
      `urlsplit : il n’y a pas de partie « ${textOf(wanted, 'query')} »`,
    );
  }),
};
