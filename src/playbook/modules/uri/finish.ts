import type { Json, JsonObject } from '#core/json.ts';
import type { Applied, ModulePlan, ModuleResult } from '../module.ts';
import { type Fields, failureOf, readFields } from '../state/fields.ts';
import type { UriArgs } from './arguments.ts';
import type { UriState } from './dest.ts';

interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly headers: JsonObject;
  readonly hops: number;
}

/** The last answer's headers: a redirection leaves several behind it. Names as Ansible returns them: small, with `_`. */
const readHead = (head: string): Answer => {
  const answers = head
    .split(/^(?=HTTP\/)/m)
    .filter((part) => part.startsWith('HTTP/') && !/^HTTP\/\S+ 1\d\d/.test(part));
  const [first = '', ...lines] = (answers.at(-1) ?? '').split(/\r?\n/);
  const [, status = '-1', reason = ''] = /^HTTP\/\S+ (\d+) ?(.*)$/.exec(first) ?? [];
  const headers: Record<string, Json> = {};
  for (const line of lines) {
    const [, name, value = ''] = /^([^:\s]+):\s*(.*)$/.exec(line) ?? [];
    if (name === undefined) continue;
    const key = name.toLowerCase().replaceAll('-', '_');
    headers[key] = headers[key] === undefined ? value.trim() : `${String(headers[key])}, ${value.trim()}`;
  }
  return { status: Number(status), reason: reason.trim(), headers, hops: answers.length };
};

const jsonOf = (content: string, headers: JsonObject): JsonObject => {
  if (!/\/(?:[\w.+-]*\+)?json\b|javascript/.test(String(headers.content_type ?? ''))) return {};
  try {
    return { json: JSON.parse(content) as Json };
  } catch {
    return {};
  }
};

const noAnswer = (fields: Fields, url: string): string => {
  if (fields.get('tool') === 'none') return 'Status code was -1 and not [200]: the host has neither curl nor wget';
  const lines = (fields.text('said') ?? '').trim().split('\n');
  const said = lines.find((line) => line.startsWith('curl: ')) ?? lines.at(-1) ?? '';
  return `Request failed: ${said === '' ? `no answer from ${url}` : said}`;
};

/** The return values of an answer. Another status than those wanted is a failure. */
export const finishUri = (args: UriArgs, { dest }: UriState, plan: ModulePlan, applied: Applied): ModuleResult => {
  if (applied.code !== 0) return { result: plan.result, changed: false, failed: failureOf(applied) };
  const fields = readFields(applied);
  if (fields.get('unsent') !== undefined) {
    const msg = `Unable to open source file ${args.source}`;
    return { result: { ...plan.result, msg }, changed: false, failed: msg };
  }
  const answer = readHead(fields.text('head') ?? '');
  const content = fields.text('body') ?? '';
  const answered = answer.status > 0;
  const wanted = args.statusCodes.includes(answer.status);
  const shown = args.returnContent || !wanted;
  const result: JsonObject = {
    ...plan.result,
    ...answer.headers,
    url: fields.text('final') || args.url,
    redirected: answer.hops > 1,
    ...(dest !== undefined && answered && { path: dest.path }),
    status: answer.status,
    ...(answered && {
      msg: `${answer.reason === 'OK' ? 'OK' : answer.reason} (${content.length === 0 ? 'unknown' : Buffer.byteLength(content)} bytes)`,
    }),
    ...(shown && answered && { content }),
    ...jsonOf(content, answer.headers),
  };
  if (wanted) return { result, changed: fields.get('put') === 'yes' };
  const reason = answered
    ? `Status code was ${answer.status} and not [${args.statusCodes.join(', ')}]: ${answer.reason}`
    : noAnswer(fields, args.url);
  return { result: { ...result, msg: reason }, changed: false, failed: reason };
};
