import type { WebReply } from '#core/http.ts';

/** What the cookies' names and flags depend on. */
export interface CookieRules {
  readonly secure: boolean;
  readonly port: number;
}

/** Cookies do not know ports, so the name does: two bots on one host keep their sessions apart. */
const wireName = (name: string, { secure, port }: CookieRules): string => `${secure ? '__Host-' : ''}${name}-${port}`;

/** The cookies of a request, under the names the rooms gave them. */
export const readCookies = (header: string | undefined, rules: CookieRules): Record<string, string | undefined> => {
  const [prefix = '', suffix = ''] = wireName('\n', rules).split('\n');
  const cookies: Record<string, string | undefined> = Object.create(null);
  for (const pair of (header ?? '').split(';')) {
    const [name = '', value = ''] = pair.trim().split('=', 2);
    if (!name.startsWith(prefix) || !name.endsWith(suffix)) continue;
    const known = name.slice(prefix.length, name.length - suffix.length);
    // Another program of this machine may have set one of the same name: neither is believed.
    cookies[known] = known in cookies && cookies[known] !== value ? '' : value;
  }
  return cookies;
};

/** The `Set-Cookie` lines of a reply; values are made of the letters of base64url only. */
export const writeCookies = (cookies: NonNullable<WebReply['cookies']>, rules: CookieRules): string[] =>
  cookies.map(({ name, value, maxAgeSeconds }) => {
    const secure = rules.secure ? '; Secure' : '';
    const kept = value.replaceAll(/[^\w-]/g, '');
    return `${wireName(name, rules)}=${kept}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}${secure}`;
  });
