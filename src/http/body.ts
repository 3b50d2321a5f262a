import type { Json } from '#core/json.ts';
import { badJson } from './refusals.ts';

/** Deeper JSON is refused before it is parsed: what walks it later may be recursive. */
export const deepest = 32;

const quoteMark = 0x22;
const backslash = 0x5c;
const opening = [0x7b, 0x5b];
const closing = [0x7d, 0x5d];

const isTooDeep = (bytes: Buffer): boolean => {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (quoted && byte === backslash) at += 1;
    else if (byte === quoteMark) quoted = !quoted;
    else if (!quoted && opening.includes(byte)) depth += 1;
    else if (!quoted && closing.includes(byte)) depth -= 1;
    if (depth > deepest) return true;
  }
  return false;
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Parses a JSON body; throws the refusal of what is not JSON, not UTF-8 or too deep. */
export const parseBody = (bytes: Buffer): Json => {
  if (isTooDeep(bytes)) throw badJson();
  try {
    return JSON.parse(utf8.decode(bytes)) as Json; // JSON.parse gives nothing else
  } catch {
    throw badJson();
  }
};

/** Is the content type JSON? */
export const isJson = (contentType: string | undefined): boolean =>
  /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(contentType ?? '');
