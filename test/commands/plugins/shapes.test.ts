import { expect, test } from 'vitest';
import { checkCard, checkProposal, checkRefusal } from '#commands/plugins/shapes.ts';

const card = (part: object) => checkCard(JSON.stringify({ tone: 'info', title: 'x', ...part }));
const play = (part: object) =>
  checkProposal(JSON.stringify({ do: 'play', title: 'x', playbook: 'a.yml', vars: {}, ...part }));

test('a full card comes through as it is', () => {
  const full = {
    ...{ tone: 'good', title: { en: 'a', fr: 'b' }, text: 'c', footer: 'd' },
    fields: [{ label: 'a', value: 'b' }],
    table: { columns: ['a'], rows: [['b']] },
    code: { text: 'x', language: 'diff', title: 'y' },
    image: { file: 'abc.png', dark: 'def.png', alt: 'words', width: 10, height: 10 },
    actions: [{ id: 'a', label: 'b', line: 'status web-1', style: 'danger' }],
    form: {
      id: 'f',
      line: 'deploy',
      submit: 'Go',
      fields: [{ name: 'app', label: 'App', kind: 'text', required: true }],
    },
  };
  expect(checkCard(JSON.stringify(full))).toEqual({ ok: true, value: full });
});

test('long parts are cut, long lists shortened, control characters taken out', () => {
  const checked = card({
    title: `a${'b'.repeat(500)}\n\u0007c`,
    text: 'one\r\ntwo\u001b[31m',
    table: { columns: ['a'], rows: Array.from({ length: 500 }, () => ['x']) },
    actions: Array.from({ length: 40 }, (_, at) => ({ id: `a${at}`, label: 'x', line: 'y' })),
  });
  if (!checked.ok) throw new Error(checked.fault);
  const { title, text, table, actions } = checked.value;
  expect(title).toHaveLength(300);
  expect(text).toBe('one\ntwo[31m');
  expect([table?.rows.length, actions?.length]).toEqual([200, 25]);
});

test('parts nobody knows are left out', () => {
  expect(card({ html: '<script>' })).toEqual({ ok: true, value: { tone: 'info', title: 'x' } });
});

test.each([
  ['an empty title', { title: '  ' }],
  ['a dark image by a path', { image: { file: 'a.png', dark: '../x', alt: 'x', width: 1, height: 1 } }],
  ['an image by a path', { image: { file: '../../etc/passwd', alt: 'x', width: 1, height: 1 } }],
  ['an action of two lines', { actions: [{ id: 'a', label: 'b', line: 'status\ndeploy' }] }],
  ['an action with a hidden character', { actions: [{ id: 'a', label: 'b', line: 'status\u0000' }] }],
  ['a ragged table', { table: { columns: ['a'], rows: [['b', 'c']] } }],
  ['a text in one language only', { text: { en: 'x' } }],
])('a card with %s is refused', (_what, part) => expect(card(part).ok).toBe(false));

test('JSON that goes too deep is refused, not a crash', () => {
  const deep = `{"tone":"info","title":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  expect(checkCard(deep).ok).toBe(false);
  expect(
    checkProposal(
      `{"do":"play","title":"x","playbook":"a.yml","vars":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`,
    ).ok,
  ).toBe(false);
  expect(checkCard('{').ok).toBe(false);
});

test('a proposal comes through', () => {
  const whole = {
    playbook: 'shop/deploy.yml',
    limit: 'web,!web-2',
    vars: { version: 'v2', n: [1, { a: null }] },
    locks: ['app:shop'],
    risk: 'grave',
    instead: [{ id: 'back', label: 'Roll back to v1', line: 'rollback shop to v1' }],
  };
  expect(play(whole)).toMatchObject({ ok: true, value: whole });
  expect(checkProposal('{"do":"cancel","run":4}')).toEqual({ ok: true, value: { do: 'cancel', run: 4 } });
});

test.each([
  ['a playbook outside the folder', { playbook: '../../etc/x.yml' }],
  ['a playbook by its whole path', { playbook: '/etc/x.yml' }],
  ['a playbook with a name that nobody can see', { playbook: 'a\u0000.yml' }],
  ['something else to do, on two lines', { instead: [{ id: 'a', label: 'b', line: 'status\nstatus' }] }],
  ['a variable that decides how a host is reached', { vars: { ansible_user: 'root' } }],
  ['another such variable', { vars: { ansible_ssh_common_args: '-o ProxyCommand=x' } }],
  ['a variable that overrides the groups', { vars: { groups: {} } }],
  ['a variable with an odd name', { vars: { 'a b': 1 } }],
  ['the prototype as a variable', JSON.parse('{"vars":{"__proto__":{"x":1},"constructor-":1}}')],
  ['a risk there is not', { risk: 'none' }],
])('a proposal with %s is refused', (_what, part) => expect(play(part).ok).toBe(false));

test.each([
  '{"do":"run"}',
  '{"do":"cancel","run":0}',
  '{"do":"resume","run":"1"}',
  '{"do":"shell","line":"rm"}',
  'null',
  '[]',
])('what is no proposal is refused: %s', (text) => expect(checkProposal(text).ok).toBe(false));

test('a refusal over the wall is checked like everything else', () => {
  expect(checkRefusal({ code: 'ssh.lost', say: { en: 'a', fr: 'b' }, retryable: true })).toMatchObject({
    code: 'ssh.lost',
  });
  expect(checkRefusal({ code: 'no code', say: 'x' })).toBeUndefined();
  expect(checkRefusal('x')).toBeUndefined();
});
