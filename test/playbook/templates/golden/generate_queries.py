"""Writes JMESPath expressions for judge.py: python3 generate_queries.py SEED COUNT SOURCES.json

Their answers need community.general and python3-jmespath: python3 judge.py SOURCES.json queries.json wrap
"""
import json
import random
import sys

R = random.Random(int(sys.argv[1]))
DATA = ['users', 'd', 'dd', 'dd2', 'nest', 'l', 'ls', 'lm', 'el', 'ed', 'res', 'lres', 's', 'n', 'nl', '(1, 2)', '[users, items, d]', "{'a': {'b': {'c': [1, 2.0, {'k': 'v'}]}}, 'x-y': 1, 'u': users}"]
FIELDS = ['name', 'uid', 'groups', 'on', 'a', 'b', 'x', 'y', 'z', 'key', 'value', 'stdout_lines', 'results', 'changed', 'u', '"x-y"', '"a"', 'k', 'constructor', '__proto__', 'length']
LITERALS = ["'x'", "'dev'", "'ada'", '`1`', '`1000`', '`1.5`', '`true`', '`false`', '`null`', '`[1, 2]`', '`{"a": 1}`', '`"q"`', '`foo`', "''", '`[]`', "'it\\\\'s'", '`0`', '`1.0`', '`"\\u00e9"`']
INDEXES = ['[0]', '[-1]', '[5]', '[1:]', '[:-1]', '[::2]', '[::-1]', '[1:2:0]', '[*]', '[]', '.*', '[0][1:]', '[0][1]', '[:9]', '[-2:]']


def pick(items):
    return R.choice(items)


def call(d):
    return pick([
        lambda: '%s(%s)' % (pick(['abs', 'avg', 'ceil', 'floor', 'keys', 'values', 'length', 'max', 'min', 'sort', 'sum', 'reverse', 'to_array', 'to_number', 'to_string', 'type', 'not_null', 'merge']), any_(d - 1)),
        lambda: '%s(%s, &%s)' % (pick(['sort_by', 'min_by', 'max_by']), any_(d - 1), pick(['name', 'uid', 'key', '@', any_(0)])),
        lambda: 'map(&%s, %s)' % (any_(d - 1), any_(d - 1)),
        lambda: 'join(%s, %s)' % (pick(["', '", "''", any_(0)]), any_(d - 1)),
        lambda: '%s(%s, %s)' % (pick(['contains', 'starts_with', 'ends_with']), any_(d - 1), any_(0)),
        lambda: '%s(%s, %s)' % (pick(['not_null', 'merge', 'abs', 'nothing', 'sum']), any_(d - 1), any_(d - 1)),
        lambda: '%s()' % pick(['sum', 'not_null', 'type', 'none']),
    ])()


def any_(d):
    if d <= 0:
        return pick([pick(FIELDS), pick(FIELDS), '@', pick(LITERALS), '[*].' + pick(FIELDS), '*'])
    return pick([
        lambda: '%s.%s' % (any_(d - 1), pick(FIELDS)),
        lambda: '%s.%s' % (pick(FIELDS), any_(d - 1)),
        lambda: any_(d - 1) + pick(INDEXES),
        lambda: any_(d - 1) + pick(INDEXES) + '.' + pick(FIELDS),
        lambda: pick(INDEXES) + '.' + pick(FIELDS),
        lambda: pick(INDEXES),
        lambda: '%s[?%s]' % (pick(['', '', '@', any_(d - 1)]), cond(d - 1)),
        lambda: '%s[?%s].%s' % (pick(['', '', '@', any_(d - 1)]), cond(d - 1), pick(FIELDS)),
        lambda: '%s | %s' % (any_(d - 1), any_(d - 1)),
        lambda: '%s %s %s' % (any_(d - 1), pick(['||', '&&']), any_(d - 1)),
        lambda: '[%s, %s]' % (any_(d - 1), any_(d - 1)),
        lambda: '{a: %s, "b c": %s}' % (any_(d - 1), any_(d - 1)),
        lambda: '%s.[%s, %s]' % (any_(d - 1), any_(d - 1), pick(FIELDS)),
        lambda: '%s.{n: %s}' % (any_(d - 1), any_(d - 1)),
        lambda: '(%s)' % any_(d - 1),
        lambda: '!%s' % any_(d - 1),
        lambda: call(d),
        lambda: call(d),
        lambda: cond(d - 1),
    ])()


def cond(d):
    return pick([
        lambda: '%s %s %s' % (any_(d - 1), pick(['==', '!=', '<', '<=', '>', '>=']), pick(LITERALS)),
        lambda: '%s %s %s' % (pick(FIELDS), pick(['==', '!=', '<', '>']), any_(d - 1)),
        lambda: '%s && %s' % (any_(d - 1), any_(d - 1)),
        lambda: "contains(%s, %s)" % (pick(['groups', 'name', '@']), pick(LITERALS)),
        lambda: pick(FIELDS),
    ])()


def broken(text):
    at = R.randrange(len(text) + 1)
    return pick([text[:at], text[:at] + pick(list('[]{}().,:|&!*@"\'`#-<>= 1a')) + text[at:], text[:at] + text[at + 1:]])


WRITTEN = ['', ' ', '  name ', 'a.b.c[2].k', '[*].[name, groups[0]]', "[?name=='ada'].uid | [0]", 'a[', '"a', "'a", '`{`', '`a"`', '&a', 'a.&b', '"f"(a)', 'a(', '@.x', '*.*', '[*][*]', '[][]', 'a == b == c', '-1', '[-]', '[1 2]', '[1:2:3:4]', '{a: b c: d}', '{a: b,}', '{}', '[]', '[,]', 'to_array(a b)', 'a=b', 'a&b', '!!a', '!a.b', '!`0`', '`1` == `true`', '`[1]` == `[true]`', "'a' < 'b'", "'a' < `1`", 'a.`x`', "a.'x'", '@[0]', 'foo bar', '\\', 'a\tb', 'é', '"é"', "'é'", '"\\\\u00e9"', '"\\\\q"', "contains('abc', 'b')", "contains('abc', `1`)", 'reverse(`[1, 2]`)', "reverse('h☃😀')", "length('😀')", 'to_number(`" 12 "`)', "to_number('1e3')", "to_number('x')", "to_number('1_0')", 'to_string(`{"a": [1, 2.0, "é"]}`)', 'ceil(`1.2`)', 'floor(`-1.2`)', 'abs(`-1.5`)', 'abs(`-3`)', 'avg(`[1, 2]`)', 'avg(`[]`)', 'sum(`[]`)', 'sum(`[1, 2.5]`)', 'max(`[]`)', 'max(`["a", "b"]`)', 'max(`[1, "b"]`)', 'min(`[2, 1.0]`)', 'sort(`["b", "a"]`)', 'sort(`[2, null]`)', 'sort_by(@, &name)', 'sort_by(@, &uid)[*].name', 'sort_by(@, &on)', 'max_by(@, &uid).name', 'map(&name, @)', 'map(&nothing, @)', 'keys(@)', 'length(&a)', 'merge(`{"a": 1}`, `{"b": 2}`)', 'avg(`[1, 3]`)', 'type(`1`)', 'type(@)', "join('-', groups)", '[*].groups[]', '[*].groups[] | [0]', '[*].groups | []', '[?on].name', '[?!on].name', '[?on && uid > `1000`].{n: name, g: groups}', '[?uid >= `1001`] | length(@)', '[].groups[?@ == \'dev\']', '[::-1].name', '`[1,2,3]`[1:]', "@ | @", 'stdout_lines[0]', 'values(@)', '*.y', '[0].*', '[*].*', "`01`", "`-`", "`1.`", '`  x`', '`"x" `', '``', '`\\\\``', "'\\\\\\\\'", '[?contains(groups, \'dev\')].name', "[?starts_with(name, 'a')]", 'u[?uid>`1000`].name', 'a.b.c[*].k', '[1:][0]', '[0][0]', '[0].groups[1:][0]', '[0].groups[0][1:]', '(a.b).c', '(a)[0]', '@.*', '@.*.y', '*[0]', '*[]', '`5`[0]', '[99999999999999999999]', '[99999999999999999999:]']


def main():
    sources = [(pick(['users', pick(DATA)]), text) for text in WRITTEN for _ in range(2)]
    while len(sources) < int(sys.argv[2]):
        text = any_(R.randrange(1, 4))
        sources.append((pick(DATA), broken(text) if R.random() < 0.15 else text))
    # An expression of the templates is written as a text of theirs, in double quotes.
    quoted = lambda text: '"' + text.replace('"', '\\"') + '"'
    json.dump(['%s|community.general.json_query(%s)' % (data, quoted(text)) for data, text in dict.fromkeys(sources)], open(sys.argv[3], 'w'))


main()
