/** The text of a list of locales. */
export type LocaleText = string;

const charsets: Readonly<Record<string, string>> = {
  '.utf8': '.UTF-8',
  '.eucjp': '.EUC-JP',
  '.iso885915': '.ISO-8859-15',
  '.cp1251': '.CP1251',
  '.koi8r': '.KOI8-R',
  '.armscii8': '.ARMSCII-8',
  '.euckr': '.EUC-KR',
  '.gbk': '.GBK',
  '.gb18030': '.GB18030',
  '.euctw': '.EUC-TW',
};

/** `locale -a` writes character sets in small letters. */
export const normalized = (name: string): string =>
  Object.entries(charsets).reduce((text, [small, usual]) => text.replaceAll(small, usual), name);

const literal = (name: string): string => name.replace(/[.@]/g, '\\$&');

/** The locale's line with its comment sign taken away, or put there. */
export const withLocale = (text: LocaleText, name: string, present: boolean): LocaleText =>
  text
    .split('\n')
    .map((line) =>
      line.replace(
        new RegExp(`^#? *${literal(name)} (.+)`),
        (_line, charset: string) => `${present ? '' : '# '}${name} ${charset}`,
      ),
    )
    .join('\n');

/** Without the lines of the locale. */
export const withoutLines = (text: LocaleText, name: string): LocaleText =>
  text
    .split('\n')
    .filter((line) => line.split(' ')[0] !== name)
    .join('\n');
