import { isIP } from 'node:net';

/** Where the server listens and the address people use, when that is another. */
export interface Whereabouts {
  readonly host: string;
  readonly publicUrl?: string | undefined;
}

const loopbackNames = ['localhost', '127.0.0.1', '::1'];
const everywhere = ['0.0.0.0', '::', ''];

const hostname = (header: string): string | undefined => {
  const url = URL.parse(`http://${header}`);
  if (url === null || url.username !== '' || url.pathname !== '/' || url.search !== '' || url.hash !== '') return;
  return url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
};

/**
 * Does the `Host` header name this server? A web page on a name of its own that resolves to this machine (DNS
 * rebinding) does not. Listening everywhere, any address in figures is taken: rebinding needs a name.
 */
export const namesThisServer = (header: string | undefined, where: Whereabouts): boolean => {
  const name = header === undefined ? undefined : hostname(header);
  if (name === undefined) return false;
  if (loopbackNames.includes(name) || name === where.host.toLowerCase()) return true;
  if (everywhere.includes(where.host) && isIP(name) !== 0) return true;
  return where.publicUrl !== undefined && URL.parse(where.publicUrl)?.hostname === name;
};

/** Is the `Origin` header that of the console's own page? */
export const isOwnOrigin = (origin: string, header: string | undefined, where: Whereabouts): boolean => {
  if (where.publicUrl !== undefined && URL.parse(where.publicUrl)?.origin === origin) return true;
  return header !== undefined && URL.parse(`http://${header}`)?.origin === origin;
};
