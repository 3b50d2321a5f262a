import { posix } from 'node:path';
import { regexOf } from '../filters/regexes.ts';
import { splitUrl } from '../filters/urls.ts';
import { Subject } from '../regex/regex.ts';
import { type Builtins, builtin } from '../run/builtin.ts';
import type { Run } from '../run/run.ts';
import { iterate } from '../values/iterate.ts';
import { show, textOf } from '../values/show.ts';
import type { Value } from '../values/value.ts';
import { version } from './versions.ts';

function matches(run: Run, value: Value, pattern: Value, ignoreCase: Value, multiline: Value, how: Value): boolean {
  const regex = regexOf(pattern, ignoreCase, multiline);
  const subject = new Subject(show(value, run.meter));
  if (how === 'match') return regex.match(subject, run.meter) !== undefined;
  if (how === 'fullmatch') return regex.fullMatch(subject, run.meter) !== undefined;
  return regex.search(subject, run.meter) !== undefined;
}

const fixedKind = (how: string) =>
  builtin('value, pattern="", ignorecase=false, multiline=false', (run, value, pattern, ignoreCase, multiline) =>
    matches(run, value, pattern, ignoreCase, multiline, how),
  );

function isUri(run: Run, value: Value, schemes: Value): boolean {
  if (typeof value !== 'string') return false;
  const allowed = schemes === null ? [] : iterate(run, schemes).map((scheme) => textOf(scheme, 'schemes'));
  return allowed.length === 0 || allowed.includes(splitUrl(value).scheme);
}

const isAbsolute = builtin('path', (_run, path) => posix.isAbsolute(textOf(path, 'path')));

/** Tests of texts: regular expressions, versions, addresses, paths. */
export const textTests: Builtins = {
  match: fixedKind('match'),
  search: fixedKind('search'),
  regex: builtin(
    'value, pattern="", ignorecase=false, multiline=false, match_type="search"',
    (run, value, pattern, ignoreCase, multiline, how) => matches(run, value, pattern, ignoreCase, multiline, how),
  ),
  version,
  version_compare: version,
  uri: builtin('value, schemes=null', isUri),
  url: builtin('value, schemes=null', (run, value, schemes) => {
    if (typeof value !== 'string' || !isUri(run, value, schemes)) return false;
    const { netloc, scheme } = splitUrl(value);
    return netloc !== '' || scheme === 'file';
  }),
  urn: builtin('value', (_run, value) => typeof value === 'string' && splitUrl(value).scheme === 'urn'),
  abs: isAbsolute,
  is_abs: isAbsolute,
};
