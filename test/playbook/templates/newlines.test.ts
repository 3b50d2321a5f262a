import { expect, test } from 'vitest';
import { value } from './support.ts';

const variables = { n: 3, f: 1.5, b: true, l: [1, 2], d: { a: 1 }, s: 'x' };

// [template, what Ansible makes of it]
test.each([
  ['{{ n }}\n', 3],
  ['{{ n }}\n\n', '3\n\n'],
  ['{{ n + 1 }}\n', '4\n'],
  ['{{ f }}\n', 1.5],
  ['{{ n | default(1) }}\n', '3\n'],
  ['{{ f * 2 }}\n', '3.0\n'],
  ['{{ s }}\n', 'x\n'],
  ['{{ b }}\n', true],
  ['{{ l }}\n', [1, 2]],
  ['{{ d }}\n', { a: 1 }],
  ['{{ n }}', 3],
])('the value of %j, whose last lines end, is %j', (source, wanted) => {
  expect(value(source, variables)).toEqual(wanted);
});
