import { describe, expect, it } from 'vitest';
import { listed, nearest, nearestFirst } from '#core/nearest.ts';

describe('the nearest of some words', () => {
  it.each([
    ['depoly', ['deploy', 'rollback'], 'deploy', 'two letters swapped'],
    ['dploy', ['ploy', 'deploy'], 'deploy', 'letters left out before others'],
    ['known_hosts', ['knownHosts', 'hosts'], 'knownHosts', 'another way to write it'],
    ['web2', ['web-1', 'web-2'], 'web-2', 'a dash left out'],
    ['Notfy', ['notify', 'name'], 'notify', 'case'],
    ['not', ['notify', 'no_log'], 'notify', 'its beginning'],
    ['is', ['if', 'unless'], 'if', 'one letter of a short word'],
    ['hlep', ['help', 'held'], 'help', 'two letters swapped in a short word'],
    ['stts', ['status', 'stop'], 'status', 'two letters left out of a short word'],
    ['fr-FR', ['en', 'fr'], 'fr', 'letters behind it'],
    ['deplpy', ['deploy', 'reply'], 'deploy', 'one letter for another'],
  ])('of %j among %j is %j: %s', (word, candidates, found) => {
    expect(nearest(word, candidates)[0]).toBe(found);
  });

  it.each([
    ['ab', ['cd']],
    ['up', ['web']],
    ['deploy', ['restart', 'status']],
    ['', ['deploy']],
    ['asdf', ['aide', 'audit', 'add']],
    ['test', ['yes', 'rest-api', 'stop']],
    ['x', ['?', 'y']],
    ['x', []],
  ])('of %j among %j is none', (word, candidates) => {
    expect(nearest(word, candidates)).toEqual([]);
  });

  it('are several, the likeliest first, each once and no more than asked for', () => {
    const hosts = ['web-2', 'web-1', 'web-1', 'db-1', 'web-10'];
    expect(nearest('web-1', hosts)).toEqual(['web-1', 'web-10', 'web-2']);
    expect(nearest('web-1', hosts, 1)).toEqual(['web-1']);
  });
});

it('puts those that may be meant first, and leaves none out', () => {
  expect(nearestFirst('web-9', ['machine', 'web-1', 'db'])).toEqual(['web-1', 'machine', 'db']);
  expect(nearestFirst('x', ['machine'])).toEqual(['machine']);
});

it('finds a name as it is listed, whatever its capitals, exactly first', () => {
  expect(listed('Web-1', ['web-1', 'Web-1'])).toBe('Web-1');
  expect(listed('WEB-1', ['web-1', 'Web-1'])).toBe('web-1');
  expect(listed('web', ['web-1'])).toBeUndefined();
});
