import { expect, it } from 'vitest';
import { ownLine } from '../../src/app/cli/own-line.ts';

it.each([
  [{ env: {} }, 'bin/quarterdeck say x'],
  [{ env: {}, config: '../own/q.yaml' }, 'bin/quarterdeck say x --config ../own/q.yaml'],
  [{ env: {}, config: "my bot's.yaml" }, "bin/quarterdeck say x --config 'my bot'\\''s.yaml'"],
  [{ env: { QUARTERDECK_CONFIG: 'a.yaml' } }, 'QUARTERDECK_CONFIG=a.yaml bin/quarterdeck say x'],
  [{ env: { QUARTERDECK_CONFIG: 'a.yaml' }, config: 'b.yaml' }, 'bin/quarterdeck say x --config b.yaml'],
  [{ env: { QUARTERDECK_DATA: '/d d' } }, "QUARTERDECK_DATA='/d d' bin/quarterdeck say x"],
])('a line reaches the same bot as this one: %j', (which, line) => {
  expect(ownLine('say x', which)).toBe(line);
});
