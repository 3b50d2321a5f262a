import type { Json } from '#core/json.ts';
import type { FoundDifference } from '../module.ts';
import type { UriArgs } from './arguments.ts';
import { destDifferences, type UriState } from './dest.ts';

const questions: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * What is sent: a question, which changes nothing, or a call of which only the server knows what it does. Body and
 * headers often hold what nobody may see: their size and names are shown, their values only compared.
 */
export const differencesOf = (args: UriArgs, state: UriState): readonly FoundDifference[] => {
  const subject = `${args.method} ${args.url}`;
  // What a file that is there becomes, the server may leave open until it is asked: it says when that is the newest.
  const open = state.dest !== undefined && state.dest.look.type !== 'absent' && !args.force;
  const asks = questions.has(args.method) && !open;
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
    ...(args.body === undefined ? [] : [how('body', `${args.body.length} bytes`, args.body.toString('base64'))]),
    ...(args.source === undefined ? [] : [how('body', `the file ${args.source}`)]),
    ...(headers.length === 0 ? [] : [how('headers', headers.map(([name]) => name).join(', '), headers)]),
    ...(args.verify ? [] : [how('certificate', 'not checked')]),
    ...(args.redirects && !asks ? [how('redirects', 'followed')] : []),
    ...(args.proxy ? [] : [how('proxy', 'none')]),
    ...Object.entries(args.paths).map(([name, path]) => how(name, path)),
    ...destDifferences(args, state),
  ];
};
