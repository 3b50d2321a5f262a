import { isOwnOrigin, type Whereabouts } from './host.ts';

/** The header the console's page sends with everything that changes something; another site cannot send it. */
export const pageHeader = 'x-quarterdeck';

/** In it the page says whom it acts for: a login in another window of the browser changes the session under it. */
export const actorHeader = 'x-quarterdeck-actor';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

const one = (headers: Headers, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
};

/**
 * Was a request that carries a session's cookie made by another site? Cookies do not know ports, and SameSite takes
 * all ports of a host for one site: another local web server must not be able to use the session.
 */
export const isForged = (method: string, headers: Headers, where: Whereabouts): boolean => {
  const site = one(headers, 'sec-fetch-site');
  const origin = one(headers, 'origin');
  if (site !== undefined && site !== 'same-origin' && !(method === 'GET' && site === 'none')) return true;
  if (origin !== undefined && !isOwnOrigin(origin, one(headers, 'host'), where)) return true;
  if (method === 'GET' || method === 'HEAD') return false;
  return one(headers, pageHeader) !== '1' || (site === undefined && origin === undefined);
};
