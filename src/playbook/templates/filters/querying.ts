import { query } from '../jmespath/evaluate.ts';
import { parseQuery } from '../jmespath/parse.ts';
import { type Builtins, builtin } from '../run/builtin.ts';
import { defined, textOf } from '../values/show.ts';

/** Filters that ask a value by an expression of another language. */
export const querying: Builtins = {
  json_query: builtin('data, expr', (run, data, expr) =>
    query(run, parseQuery(textOf(expr, 'json_query'), run.meter), defined(data)),
  ),
};
