import { valueMistake } from '../mistakes.ts';
import { NO_FLAGS } from '../regex/ast.ts';
import { Regex, Subject } from '../regex/regex.ts';
import { replacementOf } from '../regex/replacement.ts';
import { type Builtins, builtin } from '../run/builtin.ts';
import type { Run } from '../run/run.ts';
import { iterate } from '../values/iterate.ts';
import { show, textOf, truth } from '../values/show.ts';
import { Tuple, type Value } from '../values/value.ts';

/** A pattern with Ansible's two switches. */
export function regexOf(pattern: Value, ignoreCase: Value, multiline: Value): Regex {
  const flags = { ...NO_FLAGS, ignoreCase: truth(ignoreCase), multiline: truth(multiline) };
  return new Regex(textOf(pattern, 'regex'), flags);
}

function subjectOf(run: Run, value: Value): Subject {
  const text = show(value, run.meter);
  run.meter.step(Math.ceil(text.length / 8));
  return new Subject(text);
}

const replace = builtin(
  'value, pattern="", replacement="", ignorecase=false, multiline=false',
  (run, value, pattern, fresh, ignoreCase, multiline) => {
    const regex = regexOf(pattern, ignoreCase, multiline);
    const replacement = replacementOf(regex, textOf(fresh, 'replacement'));
    const subject = subjectOf(run, value);
    const parts: string[] = [];
    let last = 0;
    let length = 0;
    const add = (part: string): void => {
      length += part.length;
      run.meter.text(length);
      parts.push(part);
    };
    for (const match of regex.all(subject, run.meter)) {
      add(subject.part(last, match.start));
      add(replacement(match));
      last = match.end;
    }
    add(subject.part(last, subject.codes.length));
    return parts.join('');
  },
);

const findAll = builtin(
  'value, regex, multiline=false, ignorecase=false',
  (run, value, pattern, multiline, ignoreCase) => {
    const regex = regexOf(pattern, ignoreCase, multiline);
    return [...regex.all(subjectOf(run, value), run.meter)].map((match): Value => {
      const [whole = '', ...groups] = match.groups.map((group) => group ?? '');
      const [only] = groups;
      if (only === undefined) return whole;
      return groups.length === 1 ? only : new Tuple(groups);
    });
  },
);

function groupOf(regex: Regex, written: string): number {
  const name = /^\\g<(\S+)>/.exec(written)?.[1] ?? /^\\(\d+)/.exec(written)?.[1];
  const index = name === undefined ? undefined : /^\d+$/.test(name) ? Number(name) : regex.names.get(name);
  if (index !== undefined && index <= regex.groupCount) return index;
  throw valueMistake(
    `regex_search: there is no group '${written}'`,
    `regex_search : il n’y a pas de groupe « ${written} »`,
  );
}

const search = builtin(
  'value, regex, *groups, ignorecase=false, multiline=false',
  (run, value, pattern, groups, ignoreCase, multiline) => {
    const regex = regexOf(pattern, ignoreCase, multiline);
    const wanted = iterate(run, groups).map((group) => groupOf(regex, textOf(group, 'group')));
    const match = regex.search(subjectOf(run, value), run.meter);
    if (match === undefined) return null;
    return wanted.length === 0 ? (match.groups[0] ?? '') : wanted.map((index) => match.groups[index] ?? null);
  },
);

const PYTHON_SPECIAL = /[()[\]{}?*+\-|^$\\.&~# \t\n\r\v\f]/g;

const escapePattern = builtin('value, re_type="python"', (run, value, type) => {
  const text = show(value, run.meter);
  run.meter.text(text.length * 2);
  if (type === 'python') return text.replace(PYTHON_SPECIAL, '\\$&');
  if (type === 'posix_basic') return text.replace(/[\].[^$*\\]/g, '\\$&');
  throw valueMistake(
    'regex_escape knows the types python and posix_basic',
    'regex_escape connaît les types python et posix_basic',
  );
});

/** Filters with regular expressions, in Python's dialect. */
export const regexes: Builtins = {
  regex_replace: replace,
  regex_findall: findAll,
  regex_search: search,
  regex_escape: escapePattern,
};
