import type { Permission } from '#core/policy.ts';

/** Names of permissions: dotted words, without a star. */
const isPermission = (permission: Permission): boolean => permission !== '' && !permission.includes('*');

/**
 * Does the pattern cover the permission? `*` covers all, `deploy.*` everything below `deploy.` (not `deploy` itself),
 * anything else only itself. A star elsewhere (`de*`, `*.run`) is no pattern and covers nothing.
 */
export const matches = (pattern: Permission, permission: Permission): boolean => {
  if (!isPermission(permission)) return false;
  if (pattern === '*') return true;
  const isBranch = pattern.endsWith('.*') && isPermission(pattern.slice(0, -2));
  return isBranch ? permission.startsWith(pattern.slice(0, -1)) : pattern === permission;
};
