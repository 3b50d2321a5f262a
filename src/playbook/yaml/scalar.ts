/**
 * What a plain scalar means to Ansible's reader (YAML 1.1 as PyYAML resolves it): `yes` is true, `0644` is octal,
 * `1e3` is a string. Dates stay strings.
 */
const booleans: Readonly<Record<string, boolean>> = {
  yes: true,
  true: true,
  on: true,
  no: false,
  false: false,
  off: false,
};

const intPattern = /^[-+]?(?:0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]+|0|[1-9][0-9_]*)$/;
const floatPattern = /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)$/;
const sixtiesPattern = /^[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+$/;

/** As PyYAML takes them: all small, all capitals or a capital first. */
const isCased = (text: string): boolean =>
  text === text.toLowerCase() || text === text.toUpperCase() || /^[A-Z][a-z]+$/.test(text);

const readInt = (text: string): number | string => {
  const negative = text.startsWith('-');
  const digits = text.replace(/^[-+]/, '').replaceAll('_', '');
  const octal = /^0[0-7]+$/.test(digits);
  const value = octal ? Number.parseInt(digits, 8) : Number(digits);
  return Number.isSafeInteger(value) ? (negative ? -value : value) : text;
};

const readSixties = (text: string): number => {
  const sign = text.startsWith('-') ? -1 : 1;
  const parts = text.replace(/^[-+]/, '').replaceAll('_', '').split(':');
  return sign * parts.reduce((sum, part) => sum * 60 + Number(part), 0);
};

/** The value of a plain (unquoted, untagged) scalar. */
export const readPlain = (text: string): null | boolean | number | string => {
  if (text === '' || text === '~') return null;
  if (text.toLowerCase() === 'null' && isCased(text)) return null;
  const known = booleans[text.toLowerCase()];
  if (known !== undefined && Object.hasOwn(booleans, text.toLowerCase()) && isCased(text)) return known;
  if (intPattern.test(text)) return readInt(text);
  if (floatPattern.test(text)) return Number(text.replaceAll('_', ''));
  return sixtiesPattern.test(text) ? readSixties(text) : text;
};
