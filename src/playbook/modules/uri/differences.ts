import type { Json } from '#core/json.ts';
import type { FoundDifference } from '../module.ts';
import type { UriArgs } from './arguments.ts';

const questions: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * What is sent: a question, which changes nothing, or a call of which only the server knows what it does. Body and
 * headers often hold what nobody may see: their size and names are shown, their values only compared.
 */
export const differencesOf = (args: UriArgs): readonly FoundDifference[] => {
  const subject = `${args.method} ${args.url}`;
  const asks = questions.has(args.method);
  const headers = args.headers.filter(([name, value]) => name !== 'User-Agent' || value !== 'ansible-httpget');
  const how = (aspect: string, after: Json, sealed?: Json): FoundDifference => ({
    subject,
    aspect,
    before: null,
    after,
    how: true,
    ...(sealed !== undefined && { sealed }),
  });
  return [
    { subject, aspect: asks ? 'asks' : 'runs', before: false, after: true, ...(asks && { reads: true }) },
    ...(args.body === undefined ? [] : [how('body', `${Buffer.byteLength(args.body)} bytes`, args.body)]),
    ...(headers.length === 0 ? [] : [how('headers', headers.map(([name]) => name).join(', '), headers)]),
    ...(args.verify ? [] : [how('certificate', 'not checked')]),
    ...(args.redirects && !asks ? [how('redirects', 'followed')] : []),
  ];
};
