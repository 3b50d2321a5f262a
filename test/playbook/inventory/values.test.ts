import { describe, expect, it } from 'vitest';
import type { Json } from '#core/json.ts';
import { globMatches } from '#playbook/inventory/glob.ts';
import { readLiteral } from '#playbook/inventory/literal.ts';
import { expandHosts } from '#playbook/inventory/ranges.ts';
import { golden } from '../golden.ts';

describe('values of an INI inventory', () => {
  it.each(golden<[string, Json]>('literals'))('reads %j as Python does', (text, value) => {
    expect(readLiteral(text)).toEqual(value);
  });
});

describe('host ranges', () => {
  it.each([
    ['web', ['web']],
    ['web-[1:3]', ['web-1', 'web-2', 'web-3']],
    ['web-[01:10:4].x', ['web-01.x', 'web-05.x', 'web-09.x']],
    ['[a:c][1:2]', ['a1', 'a2', 'b1', 'b2', 'c1', 'c2']],
    ['n[:2]', ['n0', 'n1', 'n2']],
    ['db-[a:c]', ['db-a', 'db-b', 'db-c']],
  ])('%s stands for %j', (pattern, names) => {
    expect(expandHosts(pattern)?.names).toEqual(names);
  });

  it.each([
    ['web:2222', { names: ['web'], port: 2222 }],
    ['w[1:2]:22', { names: ['w1', 'w2'], port: 22 }],
    ['[::1]:22', { names: ['::1'], port: 22 }],
    ['fe80::1', { names: ['fe80::1'] }],
  ])('%s may carry a port', (pattern, expected) => {
    expect(expandHosts(pattern)).toEqual(expected);
  });

  it.each(['web-[1:', 'web-[3:1]', 'web-[01:100]', 'web-[a:1]', 'web-[1:2:0]', 'web:', 'w[1:9999999]', 'a b', '---:x'])(
    'refuses %s',
    (pattern) => {
      expect(expandHosts(pattern)).toBeUndefined();
    },
  );
});

describe('shell patterns of host names', () => {
  it.each([
    ['web*', 'web-1', true],
    ['web?', 'web-1', false],
    ['web-[0-9]', 'web-1', true],
    ['web-[!0-9]', 'web-1', false],
    ['*1*', 'web-1', true],
    ['*', '', true],
    ['[', '[', true],
    ['a.c', 'abc', false],
  ])('%s on %s: %s', (glob, name, matches) => {
    expect(globMatches(glob, name)).toBe(matches);
  });

  it('takes no time on patterns made to take for ever', () => {
    const began = Date.now();
    expect(globMatches(`${'*a'.repeat(40)}b`, 'a'.repeat(200))).toBe(false);
    expect(Date.now() - began).toBeLessThan(3000);
  });
});
