import { expect, test } from 'vitest';
import { spokenText } from '#chat/console/page/words/spoken.ts';
import type { WireMessage } from '#chat/console/protocol.ts';

const said = (title: string, text?: string) =>
  spokenText({ card: { tone: 'warn', title, ...(text === undefined ? {} : { text }) } } as WireMessage, 'en');

test.each([
  ['I do not know “asdf”.', 'Did you mean help?', 'I do not know “asdf”. Did you mean help?'],
  ['Which one?', 'One of these.', 'Which one? One of these.'],
  ['3 hosts fine', 'All of them.', '3 hosts fine. All of them.'],
])('a listener hears one mark between two sentences: %s', (title, text, end) => {
  expect(said(title, text).endsWith(end)).toBe(true);
  expect(said(title).endsWith(title)).toBe(true);
});
