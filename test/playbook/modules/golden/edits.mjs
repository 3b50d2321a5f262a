// Writes random cases for the modules that change a part of a file: node edits.mjs cases.json [seed] [cases of each]
import { writeFileSync } from 'node:fs';
let seed = Number(process.argv[3] ?? 1);
const rnd = () => { seed = (seed * 1103515245 + 12345) & 0x7fffffff; return seed / 0x7fffffff; };
const pick = (list) => list[Math.floor(rnd() * list.length)];
const maybe = (p, v) => (rnd() < p ? v() : undefined);
const lat = (s) => Buffer.from(s).toString('latin1');
const clean = (o) => Object.fromEntries(Object.entries(o).filter(([, v]) => v !== undefined));
const words = ['a=1', 'b=2', '#a=1', '# a = 1', 'foo', 'foo bar', 'é=ü', 'x', '', '  a=1', 'a=2', 'end'];
const ends = ['\n', '\n', '\n', '\n', '\r\n'];
const text = (ws = words) => { const n = Math.floor(rnd() * 7); let s = ''; for (let i = 0; i < n; i++) s += lat(pick(ws)) + (i === n - 1 && rnd() < 0.25 ? '' : pick(ends)); if (rnd() < 0.05) s += '\xff\n'; return rnd() < 0.08 ? undefined : s; };
const res = ['^a', '^#?\\s*a\\s*=', 'foo', '^(\\w+)=(.*)$', 'é', '\\bx\\b', '', '^$', 'a=1$', '(?i)FOO', 'zzz', '=', '^end'];
const lineinfile = () => { const state = rnd() < 0.2 ? 'absent' : 'present'; const by = rnd();
  const regexp = by < 0.55 ? pick(res) : undefined; const search_string = by > 0.8 ? pick(words) : undefined;
  const backrefs = regexp !== undefined && rnd() < 0.25;
  const ia = rnd();
  return { regexp, search_string, state, line: state === 'present' || regexp === undefined && search_string === undefined || rnd() < 0.3 ? pick([...words, ...(backrefs ? ['\\1=9', '\\g<0>!', 'q\\n'] : []), 'new', 'foo\n']) : undefined,
    insertafter: ia < 0.3 ? pick([...res, 'EOF', 'BOF']) : undefined, insertbefore: ia > 0.75 ? pick([...res, 'BOF', 'EOF']) : undefined,
    backrefs: backrefs || undefined, create: maybe(0.5, () => true), firstmatch: maybe(0.3, () => true) }; };
const B = '# BEGIN ANSIBLE MANAGED BLOCK', E2 = '# END ANSIBLE MANAGED BLOCK';
const blockinfile = () => ({ state: maybe(0.2, () => 'absent'), block: maybe(0.9, () => pick(['one', 'one\ntwo', 'one\ntwo\n', 'é', 'a\r\nb', '\n', ''])),
    ...(() => { const r = rnd(); return r < 0.3 ? { insertafter: pick([...res, 'EOF', '(?m)^foo$', '(?m)foo$']) } : r < 0.6 ? { insertbefore: pick([...res, 'BOF', '(?m)^foo$']) } : {}; })(),
    create: maybe(0.5, () => true), marker: maybe(0.1, () => '; {mark} x'), marker_begin: maybe(0.1, () => 'START') });
const replace = () => ({ regexp: pick([...res, '^(a)(=)', '\\s+', 'x*', '(?P<k>\\w)=']), replace: maybe(0.8, () => pick(['', 'R', '\\1', '\\g<0>\\n', 'é', '[\\g<0>]'])),
    after: maybe(0.25, () => pick(['foo', 'a', '^x', '(\\w)=', 'é'])), before: maybe(0.25, () => pick(['end', 'b', 'foo', 'x'])) });
const iniWords = ['[s]', '[s]', '[t]', 'k=1', 'k = 1', '#k=1', '; k = 2', 'k', 'k=2', 'kk=1', '', '# c', '[é]', ' k=3', 'k=', '#k'];
const ini = () => { const allow = rnd() < 0.25; const state = rnd() < 0.25 ? 'absent' : 'present'; const v = rnd();
  return { section: maybe(0.85, () => pick(['s', 't', 'new', 'é'])), option: state === 'absent' && rnd() < 0.3 ? undefined : pick(['k', 'kk', 'n', 'k.x']), value: v < 0.6 ? pick(['1', '2', '', 'a b', 'é']) : undefined, values: v > 0.7 ? [pick(['1', '2', '3']), pick(['1', '2', '4'])] : undefined,
    state, exclusive: maybe(0.3, () => false), no_extra_spaces: maybe(0.3, () => true), allow_no_value: allow || undefined, create: maybe(0.2, () => false) }; };
const makers = { lineinfile, blockinfile, replace, ini_file: ini };
const n = Number(process.argv[4] ?? 500);
const cases = [];
for (const [module, make] of Object.entries(makers)) for (let i = 0; i < n; i++) {
  const t = module === 'ini_file' ? text(iniWords) : module === 'blockinfile' && rnd() < 0.6 ? text([...words, B, E2, B, E2]) : text();
  cases.push({ module, text: t ?? null, args: clean(make()) });
}
writeFileSync(process.argv[2], JSON.stringify(cases));
