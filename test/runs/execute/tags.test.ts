import { expect, test } from 'vitest';
import { takesPart } from '#runs/execute/tags.ts';

// [tags of the task, --tags, --skip-tags, takes part]: what ansible-playbook does.
const cases: readonly (readonly [string, string, string, boolean])[] = [
  ['', '', '', true],
  ['a', '', '', true],
  ['never', '', '', false],
  ['always', '', '', true],
  ['a,never', '', '', false],
  ['a', 'a', '', true],
  ['b', 'a', '', false],
  ['', 'a', '', false],
  ['always', 'a', '', true],
  ['never', 'never', '', true],
  ['a,never', 'a', '', true],
  ['', 'untagged', '', true],
  ['a', 'untagged', '', false],
  ['a', 'tagged', '', true],
  ['', 'tagged', '', false],
  ['a,never', 'tagged', '', false],
  ['a,never', 'all', '', false],
  ['a', '', 'a', false],
  ['b', '', 'a', true],
  ['always', '', 'always', false],
  ['always', '', 'all', true],
  ['a', '', 'all', false],
  ['always', '', 'all,always', false],
  ['a', '', 'tagged', false],
  ['', '', 'tagged', true],
  ['', '', 'untagged', false],
  ['a,b', 'a', 'b', false],
];

const split = (text: string): string[] => text.split(',').filter((tag) => tag !== '');

test.each(cases)('a task tagged “%s” with --tags “%s” --skip-tags “%s”: %s', (tags, only, skip, takes) => {
  expect(takesPart(split(tags), { tags: split(only), skipTags: split(skip) })).toBe(takes);
});
