import type { Text } from '#core/text.ts';

/**
 * For a refinement of a plugin's settings: what would have been right, as it is read after “must be”:
 * `z.string().refine(isPort, expected(t('a port such as 443', 'un port comme 443')))`.
 */
export const expected = (what: Text): { readonly params: { readonly expected: Text } } => ({
  params: { expected: what },
});
