import { afterEach, describe, expect, it } from 'vitest';
import { type Lab, openLab } from '../../lab.ts';

let lab: Lab;
afterEach(() => lab.close());

/** Plans a request: the codes of its refusals. */
async function refusals(args: string, v: string, vars = ''): Promise<readonly string[]> {
  lab = await openLab({ hosts: ['a'] });
  await lab.playbook(
    `- hosts: a\n  gather_facts: false\n  vars_prompt: [{ name: v, unsafe: true }]\n  tasks:\n    - uri: { url: "http://127.0.0.1/", method: POST, ${args} }\n${vars}`,
  );
  return (await lab.plan({ vars: { v } })).steps.flatMap(({ refusal }) => refusal?.code ?? []);
}

const payload = `      vars: { payload: '{"text": "{{ v }}"}' }\n`;

describe('the body of a request gets no further field', () => {
  it.each([
    [`body: '{"text": "{{ v }}"}', body_format: json`, 'a", "admin": "1'],
    [`body: '{"text": "{{ v }}"}'`, 'a\\'],
    [`body: '{"text": "{{ v | to_json }}"}'`, 'a b'],
    [`body: '{"id": {{ v }}}', body_format: json`, '1, "admin": true'],
    [`body: '{"ids": [1, {{ v }}]}', body_format: json`, '2, 3'],
    ['body: "{{ payload }}", body_format: json', 'a", "admin": "1', payload],
    ['body: "{{ v }}", body_format: json', '{"admin": true}'],
    ['body: "a={{ v }}&b=1", body_format: form-urlencoded', 'a&admin=1'],
    ['body: "a={{ v }}"', 'a&admin=1'],
    ['body: "{{ v }}", body_format: form-urlencoded', 'admin=1'],
    ['body: "<a>{{ v }}</a>"', '</a><b>'],
  ])('%s with %s', async (args, v, vars = '') => {
    expect(await refusals(args, v, vars)).toEqual(['step.typed_in_list']);
  });

  it.each([
    [`body: '{"text": "{{ v }}"}', body_format: json`, 'all is well, a=1 & b'],
    [`body: '{"text": {{ v | to_json }}}', body_format: json`, 'say "hi", \\o/'],
    [`body: '{"id": {{ v }}}', body_format: json`, '12'],
    ['body: { text: "{{ v }}" }, body_format: json', 'say "hi" & a=b'],
    [`body: "{{ {'text': v} }}", body_format: json`, 'say "hi" & a=b'],
    [`body: "{{ {'text': v} | to_json }}", body_format: json`, 'say "hi" & a=b'],
    ['body: { a: "{{ v }}" }, body_format: form-urlencoded', 'a&b=1'],
    ['body: "a={{ v | urlencode }}&b=1", body_format: form-urlencoded', 'a&b=1'],
    ['body: "a={{ v }}"', 'a b'],
    ['body: "{{ v }}"', 'a & b = "c"'],
    ['body: "news: {{ v }}"', 'a & b'],
    ['body: "<a>{{ v | escape }}</a>"', 'a <b>'],
  ])('but one value: %s with %s', async (args, v) => {
    expect(await refusals(args, v)).toEqual([]);
  });
});
