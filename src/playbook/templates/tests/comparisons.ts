import { type Builtins, builtin } from '../run/builtin.ts';
import type { Builtin, Run } from '../run/run.ts';
import { compare, contains, equal } from '../values/compare.ts';
import { iterate } from '../values/iterate.ts';
import { truth } from '../values/show.ts';
import type { Value } from '../values/value.ts';

const ordered = (holds: (order: number) => boolean): Builtin =>
  builtin('value, other', (run, value, other) => holds(compare(value, other, run.meter)));

const same: Builtin = builtin('value, other', (run, value, other) => equal(value, other, run.meter));
const different: Builtin = builtin('value, other', (run, value, other) => !equal(value, other, run.meter));
const less = ordered((order) => order < 0);
const lessOrSame = ordered((order) => order <= 0);
const more = ordered((order) => order > 0);
const moreOrSame = ordered((order) => order >= 0);

const within = (run: Run, few: Value, many: Value): boolean => {
  const all = iterate(run, many);
  return iterate(run, few).every((item) => all.some((other) => equal(item, other, run.meter)));
};

const subset: Builtin = builtin('value, other', within);
const superset: Builtin = builtin('value, other', (run, value, other) => within(run, other, value));

/** Tests between values. */
export const comparisonTests: Builtins = {
  '==': same,
  eq: same,
  equalto: same,
  '!=': different,
  ne: different,
  '<': less,
  lt: less,
  lessthan: less,
  '<=': lessOrSame,
  le: lessOrSame,
  '>': more,
  gt: more,
  greaterthan: more,
  '>=': moreOrSame,
  ge: moreOrSame,
  in: builtin('value, seq', (run, value, container) => contains(container, value, run.meter)),
  contains: builtin('seq, value', (run, container, value) => contains(container, value, run.meter)),
  subset,
  issubset: subset,
  superset,
  issuperset: superset,
  any: builtin('value', (run, value) => iterate(run, value).some(truth)),
  all: builtin('value', (run, value) => iterate(run, value).every(truth)),
};
