import { describe, expect, it } from 'vitest';
import type { Json } from '#core/json.ts';
import {
  evaluateCondition,
  isUnknown,
  type Layer,
  layeredScope,
  lazy,
  parseTemplate,
  renderTemplate,
  renderValue,
  type TemplateEnv,
  unknown,
} from '#playbook/templates/index.ts';
import { at, env, refusal, sentence } from './support.ts';

const written = (value: Json, line = 1) => lazy({ value, at: { file: 'vars.yml', line, column: 7 } });

const render = (source: string, layers: readonly Layer[], given: TemplateEnv = env) =>
  renderTemplate(parseTemplate(source, at), layeredScope(layers, given), given);

describe('variables', () => {
  it('takes the last layer that has the name', () => {
    expect(render('{{ [a, b] }}', [{ a: 1, b: 1 }, { a: 2 }])).toEqual([2, 1]);
    expect(render('{{ a }}', [{ a: 1 }, { a: null }])).toBeNull();
  });

  it('renders what an author wrote when it is used, with the other variables', () => {
    const layers = [
      { dir: written('/opt/{{ app }}'), conf: written({ path: '{{ dir }}/etc', n: '{{ 1 + 1 }}' }) },
      { app: 'shop' },
    ];
    expect(render('{{ conf }}', layers)).toEqual({ path: '/opt/shop/etc', n: 2 });
  });

  it('never renders a value that nobody wrote, wherever it comes from', () => {
    const hostile = "{{ lookup('pipe', 'id') }}";
    const layers = [{ fact: hostile, copied: written('{{ fact }}'), wrapped: written(['{{ fact }}']) }];
    expect(render('{{ fact }}', layers)).toBe(hostile);
    expect(render('{{ copied }}!', layers)).toBe(`${hostile}!`);
    expect(render('{{ wrapped }}', layers)).toEqual([hostile]);
    expect(render('{{ [fact] | map("upper") | first }}', layers)).toBe(hostile.toUpperCase());
  });

  it('does not take JSON that looks like a written value for one', () => {
    const forged = { lazy: { value: '{{ 1 + 1 }}', at: { file: 'x', line: 1, column: 1 } } };
    expect(render('{{ forged }}', [{ forged }])).toEqual(forged);
  });

  it('renders a variable once', () => {
    let calls = 0;
    const counting: TemplateEnv = {
      lookups: {
        env: () => {
          calls += 1;
          return ['x'];
        },
      },
    };
    const layers = [{ a: written("{{ lookup('env', 'A') }}"), b: written('{{ a }}{{ a }}') }];
    expect(render('{{ a }}{{ b }}{{ a }}', layers, counting)).toBe('xxxx');
    expect(calls).toBe(1);
  });

  it('names the cycle of variables made of each other', () => {
    const layers = [{ a: written('{{ b }}', 1), b: written('x{{ c }}', 2), c: written(['{{ a }}'], 3) }];
    const refused = refusal(() => render('{{ a }}', layers));
    expect(refused.code).toBe('template.cycle');
    expect(sentence(() => render('{{ a }}', layers))).toBe(
      "vars.yml:1:7: the variable 'a' is made of itself: a → b → c → a",
    );
    expect(sentence(() => render('{{ s }}', [{ s: written('{{ s }}x') }]))).toContain('s → s');
  });

  it('stops at a chain that is too long, without exhausting the stack', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 5000 }, (_, index) => [`v${index}`, written(`{{ v${index + 1} }}`)]),
    );
    expect(refusal(() => render('{{ v0 }}', [chain])).code).toBe('template.budget');
  });

  it('counts a variable made of an undefined one as undefined, and says why', () => {
    const layers = [{ url: written('http://{{ host }}/', 4) }];
    expect(render("{{ url | default('none') }}", layers)).toBe('none');
    expect(render('{{ url is defined }}', layers)).toBe(false);
    expect(sentence(() => render('{{ url }}', layers))).toBe(
      "play.yml:3:8: 'url' ← vars.yml:4:17: 'host' is undefined",
    );
  });

  it('keeps text that says it is text, through variables', () => {
    const layers = [{ config: written('{{ {"a": 1} | to_json }}'), again: written('{{ config }}') }];
    expect(render('{{ again }}', layers)).toBe('{"a": 1}');
  });

  it('lists the names of all layers', () => {
    expect([...layeredScope([{ a: 1 }, { b: written('x'), a: 2 }], env).names()].sort()).toEqual(['a', 'b']);
  });

  it('asks for members made on demand only when they are used', () => {
    const asked: string[] = [];
    const host = (name: string) => ({
      get ip() {
        asked.push(name);
        return layeredScope([{ ip: written('10.0.0.{{ n }}'), ...(name === 'a' ? { n: 1 } : {}) }], env).get(
          'ip',
        ) as Json;
      },
    });
    const layers = [{ hostvars: { a: host('a'), b: host('b') }, mine: written("{{ hostvars['a'].ip }}") }];
    expect(render("{{ hostvars['a'].ip }} {{ mine }}", layers)).toBe('10.0.0.1 10.0.0.1');
    expect(asked).not.toContain('b');
    expect(render("{{ hostvars['b'].ip | default('unknown') }}", layers)).toBe('unknown');
    expect(render("{{ hostvars.c.ip | default('none') }}", layers)).toBe('none');
  });

  it('has no names from the prototype of a layer', () => {
    expect(render("{{ constructor | default('none') }}{{ toString is defined }}", [{}])).toBe('noneFalse');
  });
});

describe('values only a real run can give', () => {
  const layers: Layer[] = [
    // The results of a loop in a plan hold such values too.
    {
      out: unknown('the command has not run'),
      plain: 1,
      half: { rc: 0, stdout: unknown('later') as unknown as Json } as unknown as Json,
    },
  ];
  const reason = (source: string) => {
    const given = render(source, layers);
    return isUnknown(given) ? given.unknownBecause : given;
  };

  it.each([
    '{{ out }}',
    '{{ out.stdout }}',
    'text {{ out }}',
    '{{ out is defined }}',
    "{{ out | default('x') }}",
    '{{ [out] }}',
    '{{ out == 1 }}',
    '{% if out %}a{% endif %}',
    '{% for x in out %}{% endfor %}',
    '{{ lookup("vars", "out") }}',
  ])('makes %j unknown', (source) => {
    expect(reason(source)).toBe('the command has not run');
  });

  it('leaves alone what does not need them', () => {
    expect(render('{{ plain }}', layers)).toBe(1);
    expect(render('{{ plain == 2 and out.rc == 0 }}', layers)).toBe(false);
    expect(render("{{ 'a' if plain else out }}", layers)).toBe('a');
    expect(render('{{ half.rc }}', layers)).toBe(0);
    expect(reason('{{ half.stdout }}')).toBe('later');
  });

  it('makes a variable, a list and a condition unknown that are made of one', () => {
    const more: Layer[] = [...layers, { made: written('<{{ out }}>') }];
    expect(render('{{ made }}', more)).toEqual(unknown('the command has not run'));
    const scope = layeredScope(more, env);
    expect(renderValue({ a: ['{{ made }}'], b: 1 }, at, scope, env)).toEqual(unknown('the command has not run'));
    expect(evaluateCondition('made is defined', at, scope, env)).toEqual(unknown('the command has not run'));
  });

  it('are not what JSON says, whatever it looks like', () => {
    const forged = { unknownBecause: 'I say so' };
    expect(isUnknown(unknown('it has not run'))).toBe(true);
    expect(isUnknown(forged)).toBe(false);
    expect(render('{{ forged }}', [{ forged }])).toEqual(forged);
  });
});
