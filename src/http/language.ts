import type { Language } from '#core/text.ts';

const weigh = (part: string): { tag: string; weight: number } => {
  const [tag = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
  const q = parameters.find((parameter) => parameter.startsWith('q='));
  const weight = q === undefined ? 1 : Number(q.slice(2));
  return { tag, weight: Number.isFinite(weight) ? weight : 0 };
};

/** The language asked for in `Accept-Language`; English when it asks for neither. */
export const languageOf = (header: string | undefined): Language => {
  const wanted = (header ?? '')
    .slice(0, 500)
    .split(',')
    .map(weigh)
    .filter(({ tag, weight }) => weight > 0 && /^(en|fr)\b/.test(tag))
    .sort((a, b) => b.weight - a.weight);
  return wanted[0]?.tag.startsWith('fr') ? 'fr' : 'en';
};
