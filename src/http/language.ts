import type { Language } from '#core/text.ts';

const weigh = (part: string): { tag: string; weight: number } => {
  const [tag = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
  const q = parameters.find((parameter) => parameter.startsWith('q='));
  const weight = q === undefined ? 1 : Number(q.slice(2));
  return { tag, weight: Number.isFinite(weight) ? weight : 0 };
};

/** The language asked for in `Accept-Language`; undefined when it asks for neither. */
export const askedLanguage = (header: string | undefined): Language | undefined => {
  const wanted = (header ?? '')
    .slice(0, 500)
    .split(',')
    .map(weigh)
    .filter(({ tag, weight }) => weight > 0 && /^(en|fr)\b/.test(tag))
    .sort((a, b) => b.weight - a.weight);
  const tag = wanted[0]?.tag;
  return tag === undefined ? undefined : tag.startsWith('fr') ? 'fr' : 'en';
};

/** The same, and English when it asks for neither. */
export const languageOf = (header: string | undefined): Language => askedLanguage(header) ?? 'en';
