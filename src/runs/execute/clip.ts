import { createHash } from 'node:crypto';
import { canonical, type Json, type JsonObject } from '#core/json.ts';
import type { Difference } from '#core/plan.ts';
import type { ExecutionLimits } from './limits.ts';

/** What stands in the place of what `no_log` hides. */
export const hidden = 'hidden by no_log';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The longest start of a text that fits in so many bytes, whole characters only. */
function startOf(text: string, bytes: number): string {
  const cut = Buffer.from(text.slice(0, bytes), 'utf8').subarray(0, bytes).toString('utf8');
  return cut.replace(/\uFFFD$/, '');
}

/** The longest end of a text that fits in so many bytes. */
export function endOf(text: string, bytes: number): string {
  const all = Buffer.from(text.slice(-bytes), 'utf8');
  return all
    .subarray(Math.max(0, all.length - bytes))
    .toString('utf8')
    .replace(/^\uFFFD+/, '');
}

/** One side of a difference; a long one is cut, but names its size and SHA-256, so that another content never looks the same. */
function clipValue(value: Json, bytes: number): Json {
  const text = typeof value === 'string' ? value : canonical(value);
  const size = Buffer.byteLength(text);
  if (size <= bytes) return value;
  return `${startOf(text, bytes)}… (cut: ${size} bytes, sha256 ${sha256(text)})`;
}

function clipDiff(diff: string, bytes: number): string {
  const size = Buffer.byteLength(diff);
  if (size <= bytes) return diff;
  const start = startOf(diff, bytes);
  const lines = start.slice(0, start.lastIndexOf('\n') + 1) || start;
  return `${lines}\\ cut: ${size} bytes in all, sha256 ${sha256(diff)}\n`;
}

/** A difference of a size that can be stored and shown. Equal ones stay equal and different ones different. */
export const clipDifference = (difference: Difference, limits: ExecutionLimits): Difference => ({
  ...difference,
  before: clipValue(difference.before, limits.valueBytes),
  after: clipValue(difference.after, limits.valueBytes),
  ...(difference.diff === undefined ? {} : { diff: clipDiff(difference.diff, limits.diffBytes) }),
});

/** A difference that says only that there is one: no value, no diff, no hash a guess could be checked against. */
export const hideDifference = ({ subject, aspect, reads, how }: Difference): Difference => ({
  subject: subject === '' ? '' : hidden,
  aspect,
  before: hidden,
  after: hidden,
  ...(reads && { reads }),
  ...(how && { how }),
});

/** The result Ansible gives for a task with `no_log`. */
export const censored = (result: JsonObject): JsonObject => ({
  censored: "the output has been hidden due to the fact that 'no_log: true' was specified for this result",
  ...(result.changed === undefined ? {} : { changed: result.changed }),
  ...(result.attempts === undefined ? {} : { attempts: result.attempts }),
});

/** Return values of a size that can be stored: long strings keep their end, `lost` counts the bytes cut. */
export function clipResult(result: JsonObject, limits: ExecutionLimits): JsonObject {
  const size = Buffer.byteLength(JSON.stringify(result));
  if (size <= limits.resultBytes) return result;
  const { stdout_lines: _out, stderr_lines: _err, ...rest } = result;
  const share = Math.floor(limits.resultBytes / 8);
  const kept: Record<string, Json> = {};
  for (const [key, value] of Object.entries(rest)) {
    const small = Buffer.byteLength(JSON.stringify(value)) <= share;
    if (small) kept[key] = value;
    else if (typeof value === 'string') kept[key] = endOf(value, share);
  }
  const left = Buffer.byteLength(JSON.stringify(kept));
  const attempts = result.attempts === undefined ? {} : { attempts: result.attempts };
  if (left > limits.resultBytes) return { changed: result.changed ?? false, ...attempts, lost: size };
  return { ...kept, lost: size - left };
}
