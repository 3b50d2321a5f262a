/**
 * Shorter secrets are not redacted: three or four characters occur in ordinary words and figures, so hiding them would
 * make every log unreadable and, by where the holes are, tell the secret.
 */
export const shortestSecret = 6;

/** Lines shorter than this are not secret by themselves: the last line of a key may be `==`. */
const shortestLine = 16;

/** A key file has lines anybody knows. */
const isArmour = (line: string): boolean => line.startsWith('-----');

const parts = (secret: string): readonly string[] => {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  const longLines = lines.length > 1 ? lines.filter((line) => line.length >= shortestLine && !isArmour(line)) : [];
  return [secret.trim(), ...longLines];
};

/**
 * The secret's base64 inside a longer text (`user:password`) depends on how many bytes stand before it: for each of the
 * three offsets, the characters that depend on the secret alone.
 */
const base64At = (bytes: Buffer, offset: number): string => {
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  return encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
};

/** Lines of this width, as `openssl base64` and `base64` write them, each of which may be shown for itself. */
const linesOf = (encoded: string, width: number): readonly string[] =>
  (encoded.length > width ? (encoded.match(new RegExp(`.{1,${width}}`, 'g')) ?? []) : []).filter(
    (line) => line.length >= shortestLine,
  );

const base64Forms = (secret: string): readonly string[] => {
  const bytes = Buffer.from(secret);
  const cores = [0, 1, 2].map((offset) => base64At(bytes, offset));
  const whole = bytes.toString('base64');
  const lines = [64, 76].flatMap((width) => linesOf(base64At(bytes, 0), width));
  return [whole, whole.replace(/=+$/, ''), ...cores, ...lines].flatMap((form) => [
    form,
    form.replaceAll('+', '-').replaceAll('/', '_'),
  ]);
};

/** Of several lines each is hidden for itself: see `parts`. */
const hexForms = (secret: string): readonly string[] => {
  const hex = secret.includes('\n') ? '' : Buffer.from(secret).toString('hex');
  return [hex, hex.toUpperCase()];
};

const lowerHex = (encoded: string): string => encoded.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase());

const percentEncodeAll = (encoded: string): string =>
  encoded.replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

const urlForms = (secret: string): readonly string[] => {
  const component = encodeURIComponent(secret.toWellFormed());
  const strict = percentEncodeAll(component);
  const form = strict.replaceAll('%20', '+').replaceAll('%2A', '*');
  const path = strict.replaceAll('%2F', '/');
  return [component, strict, form, path].flatMap((encoded) => [encoded, lowerHex(encoded)]);
};

/** JSON with these signs written as figures, as programs of other languages do it, and those that put it into a page. */
const withFigures = (json: string, signs: RegExp): string =>
  json.replace(signs, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);

const jsonForms = (secret: string): readonly string[] => {
  const once = JSON.stringify(secret).slice(1, -1);
  const all = [once, withFigures(once, /[^ -~]/g), withFigures(once, /[^ -~]|[<>&']/g)];
  return all.flatMap((form) => [form, JSON.stringify(form).slice(1, -1), form.replaceAll('/', '\\/')]);
};

/** Within a list or a table that is shown as text: in single quotes, in double ones when it holds single ones. */
const shownForms = (secret: string): readonly string[] => {
  const escaped = secret
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  return [escaped, escaped.replaceAll("'", "\\'")];
};

const shellForms = (secret: string): readonly string[] =>
  ["'\\''", `'"'"'`].map((quote) => secret.replaceAll("'", quote));

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
};

const htmlForms = (secret: string): readonly string[] => {
  const escaped = secret.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
  return [escaped, escaped.replaceAll('&#34;', '&quot;'), escaped.replaceAll('&#39;', '&#x27;')];
};

/** A regular expression that means it. */
const regexForms = (secret: string): readonly string[] => {
  const meaning = (signs: RegExp) => secret.replace(signs, '\\$&');
  return [meaning(/[^\w\s]|\s/g), meaning(/[()[\]{}?*+\-|^$\\.&~#\s]/g), meaning(/[.[\]*^$\\]/g)];
};

/** In other letters; not where it might be a common word. */
const caseForms = (secret: string): readonly string[] =>
  /\p{L}/u.test(secret) && /[^\p{L}]/u.test(secret) ? [secret.toLowerCase(), secret.toUpperCase()] : [];

/** Values of so many signs are not there by chance, however they are broken up. */
const longValue = 24;

/** The forms that a program breaks into lines or into bytes. */
export const brokenFormsOf = (secret: string): readonly string[] => {
  const values = parts(secret).filter((value) => value.length >= shortestSecret);
  const forms = values.flatMap((value) => [
    ...(value.length >= longValue ? [value] : []),
    ...base64Forms(value),
    ...hexForms(value),
  ]);
  return [...new Set(forms)].filter((form) => form.length >= shortestSecret);
};

/**
 * Everything a secret may look like on its way out: as it is, in JSON, base64, hex, a URL, a quoted shell word, shown within a
 * list, in HTML, in a regular expression, in other letters; line by line.
 */
export const formsOf = (secret: string): readonly string[] => {
  const values = parts(secret).filter((value) => value.length >= shortestSecret);
  const forms = values.flatMap((value) => [
    value,
    ...[value, ...jsonForms(value)].flatMap(shellForms),
    ...shownForms(value),
    ...htmlForms(value),
    ...regexForms(value),
    ...caseForms(value),
    ...jsonForms(value),
    ...urlForms(value),
    ...base64Forms(value),
    ...hexForms(value),
  ]);
  return [...new Set(forms)].filter((form) => form.length >= shortestSecret);
};
