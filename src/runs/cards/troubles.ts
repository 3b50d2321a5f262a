import type { Step } from '#core/run.ts';
import { each, inLanguage, type Text } from '#core/text.ts';
import { isLost } from '../execute/recap.ts';
import { hostsNamed, literal, reason } from './words.ts';

/** Steps that went wrong in the same words, on one host or on many. */
export interface Trouble {
  readonly state: Step['state'];
  /** The host was lost in the middle of it. */
  readonly lost: boolean;
  readonly task: string;
  readonly hosts: readonly string[];
  /** The first sentence of why, where it is short enough for a title. */
  readonly headline?: Text;
  /** The headline says where by itself. */
  readonly namesItsHosts: boolean;
  /** Why, without what the headline says. */
  readonly words: Text;
}

/** States of a step that a person has to look at. */
export const badStates: ReadonlySet<Step['state']> = new Set(['failed', 'unreachable', 'unknown']);

/** A longer sentence is no title for a phone. */
const longestHeadline = 90;

/** Stands for the step's own host, so that the same words on two hosts are the same. */
const here = '\u0000';

/** A time a host wrote differs on each of them and says little. */
const writtenTime = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})?\s*/g;

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const wordsOf = (step: Step): Text => {
  const host = new RegExp(`(?<![\\w.-])${escaped(step.host)}(?![\\w-])`, 'g');
  return each(reason(step.refusal), (words) => words.replace(writtenTime, '').replace(host, here));
};

const sentence = /^(.+?)[.!]?(?:(?<=[.!])\s+(.*))?$/s;

/** Puts together what went wrong alike, in the order it happened; `titled`: a title has room for why. */
export function troublesOf(bad: readonly Step[], titled: boolean): readonly Trouble[] {
  const alike = new Map<string, { readonly first: Step; readonly said: Text; readonly hosts: string[] }>();
  for (const step of bad) {
    const said = wordsOf(step);
    const key = JSON.stringify([step.state, isLost(step), step.task, said]);
    const one = alike.get(key) ?? { first: step, said, hosts: [] };
    if (!one.hosts.includes(step.host)) one.hosts.push(step.host);
    alike.set(key, one);
  }
  const only = titled && alike.size === 1;
  return [...alike.values()].map(({ first, said, hosts }) => {
    const named = (text: Text): Text =>
      each(text, (words, language) => words.replaceAll(here, literal(inLanguage(hostsNamed(hosts), language))));
    const start = each(said, (words) => sentence.exec(words)?.[1] ?? '');
    const rest = each(said, (words) => sentence.exec(words)?.[2] ?? '');
    const whole = {
      state: first.state,
      lost: isLost(first),
      task: first.task,
      hosts,
      namesItsHosts: inLanguage(start, 'en').includes(here),
    };
    const headline = named(start);
    const length = inLanguage(headline, 'en').length;
    return only && first.state === 'failed' && length > 0 && length <= longestHeadline
      ? { ...whole, headline, words: named(rest) }
      : { ...whole, words: named(said) };
  });
}
