import type { Json, JsonObject } from '#core/json.ts';
import type { Difference } from '#core/plan.ts';
import type { ModulePlan } from '../module.ts';
import { type AttributeChange, changeAttributes, havingOf, newly, resultOf } from '../state/attributes.ts';
import type { GetUrlArgs } from './arguments.ts';
import { type Answer, type GetUrlState, refusedBy } from './probe.ts';
import { type Wanted, wantedSum } from './sums.ts';

/** What the file at the place is to the one at the address. */
export type Verdict = 'same' | 'other' | 'absent' | 'untold';

const answered = ({ status, code }: Answer): boolean => status === '200' && code === 0;

/** An address as people may see it. */
export const shownUrl = (url: string): string => url.replace(/\/\/[^/?#]*@/, '//');

/** Whether the place has what the address has. */
export const verdictOf = (state: GetUrlState, wanted: Wanted): Verdict => {
  if (state.led.type !== 'file') return 'absent';
  if (wanted.kind === 'sum') return wanted.sum === state.sum ? 'same' : 'other';
  const { fresh } = state;
  if (fresh === undefined || fresh.answer.status === '304') return 'same';
  if (!answered(fresh.answer)) return 'untold';
  return fresh.sum === state.sum ? 'same' : 'other';
};

const lacksTool = 'get_url: the host has neither curl nor wget. Install one of them, for instance the package curl.';

const obstacle = (args: GetUrlArgs, state: GetUrlState, wanted: Wanted): string | undefined => {
  const { path, led, fresh, identities } = state;
  const folder = path.replace(/\/[^/]*$/, '') || '/';
  const asks = fresh !== undefined || state.sumsAnswer !== undefined || led.type !== 'file';
  if (state.noTool && (asks || verdictOf(state, wanted) !== 'same')) return lacksTool;
  if (wanted.kind === 'failed') return wanted.msg;
  if (identities.failed !== undefined) return identities.failed;
  if (state.noTemporary) return `${args.temporary} directory does not exist.`;
  if (led.type === 'directory' || led.type === 'other') return `${path} is not a regular file`;
  if (state.parent === 'missing') return `Destination ${folder} does not exist`;
  const slow = fresh?.answer.status === '200' && fresh.answer.code !== 0 && fresh.size > 0;
  if (fresh !== undefined && fresh.answer.status !== '304' && !answered(fresh.answer) && !slow)
    return refusedBy(fresh.answer);
  if (led.type === 'file' && state.sum === '')
    return `get_url: the host has no tool for ${args.expected?.algorithm ?? 'sha1'} sums. Install coreutils or openssl.`;
  const writes = verdictOf(state, wanted) !== 'same';
  return writes && state.parent === 'closed' ? `Destination ${folder} is not writable` : undefined;
};

/** A new file keeps mode and owners of the one whose place it takes. */
export const attributeChange = (args: GetUrlArgs, state: GetUrlState): AttributeChange => {
  const start = state.led.type === 'file' ? havingOf(state.led) : newly(false, state.identities.umask);
  return changeAttributes(state.path, start, args.attributes, state.identities);
};

const contentDifferences = (args: GetUrlArgs, state: GetUrlState, wanted: Wanted): readonly Difference[] => {
  const subject = state.path;
  const algorithm = args.expected?.algorithm ?? 'sha1';
  const fresh = state.fresh?.sum ?? '';
  const after: Json =
    wanted.kind === 'sum' ? `${algorithm}:${wanted.sum}` : fresh === '' ? shownUrl(args.url) : `sha1:${fresh}`;
  const verdict = verdictOf(state, wanted);
  if (verdict === 'same') return [];
  if (verdict === 'untold') return [{ subject, aspect: 'asks', before: false, after: shownUrl(args.url), reads: true }];
  const before = verdict === 'absent' ? null : `${algorithm}:${state.sum}`;
  const content: Difference = { subject, aspect: 'content', before, after };
  return verdict === 'absent' ? [{ subject, aspect: 'state', before: 'absent', after: 'file' }, content] : [content];
};

const saidOf = (state: GetUrlState): JsonObject => {
  const { fresh } = state;
  if (fresh === undefined) return { msg: 'file already exists' };
  if (fresh.answer.status === '304') return { msg: 'HTTP Error 304: Not Modified', status_code: 304 };
  return { msg: `OK (${fresh.size} bytes)`, status_code: 200, checksum_src: fresh.sum };
};

/** What would change: the file fetched, its mode and owners. */
export const planGetUrl = (args: GetUrlArgs, state: GetUrlState): ModulePlan => {
  const wanted = wantedSum(args, state);
  const base = { url: args.url, dest: state.path, elapsed: 0 };
  const msg = obstacle(args, state, wanted);
  const failure = wanted.kind === 'failed' ? state.sumsAnswer : state.fresh?.answer;
  if (msg !== undefined) {
    const status = failure?.status ? { status_code: Number(failure.status), response: failure.line } : {};
    return { differences: [], result: { ...base, ...status, msg }, failed: msg };
  }
  const content = contentDifferences(args, state, wanted);
  const attributes = attributeChange(args, state).differences;
  const now = state.led.type === 'absent' ? {} : resultOf(state.led);
  const sha1 = args.expected === undefined && state.sum !== '' ? { checksum_dest: state.sum } : {};
  const said = content.length === 0 ? saidOf(state) : {};
  const alone = content.length === 0 && attributes.length > 0 && state.fresh === undefined;
  return {
    differences: [...content, ...attributes],
    result: {
      ...base,
      ...now,
      ...sha1,
      ...said,
      ...(alone && { msg: 'file already exists but file attributes changed' }),
    },
    ...(verdictOf(state, wanted) === 'untold' && { unknown: true }),
  };
};
