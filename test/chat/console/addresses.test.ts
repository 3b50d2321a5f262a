import fc from 'fast-check';
import { expect, it } from 'vitest';
import { partsOf } from '#chat/console/page/words/addresses.ts';

const linksOf = (text: string): readonly string[] =>
  partsOf(text)
    .filter(({ isAddress }) => isAddress)
    .map((part) => part.text);

it.each([
  [
    'http://127.0.0.1:35285/ (web-1), http://127.0.0.1:42/x (web-2)',
    ['http://127.0.0.1:35285/', 'http://127.0.0.1:42/x'],
  ],
  ['https://shop.example.org', ['https://shop.example.org']],
  ['See https://shop.example.org/a?b=c&d=%20#e.', ['https://shop.example.org/a?b=c&d=%20#e']],
  ['Voir : https://shop.example.org/ !', ['https://shop.example.org/']],
  ['(http://a.example/b_(c))', ['http://a.example/b_(c)']],
  ['http://a.example/b_(c)', ['http://a.example/b_(c)']],
  ['http://[::1]:8080/', ['http://[::1]:8080/']],
  ['HTTP://Shop.Example.Org/', ['HTTP://Shop.Example.Org/']],
])('finds the addresses in: %s', (text, addresses) => {
  expect(linksOf(text)).toEqual(addresses);
});

it.each([
  // Not where one would think: a name and a password before the host, another way to write a number, another host.
  'https://shop.example.org@evil.example/',
  'https://me:secret@shop.example.org/',
  'http://2130706433/',
  'http://0x7f.1/',
  'http:\\\\evil.example/',
  'http://shop.example.org\\@evil.example/',
  'http:///evil.example/',
  'https:evil.example',
  // Nothing but http and https.
  'javascript:alert(1)',
  'data:text/html,x',
  'ftp://a.example/',
  'file:///etc/passwd',
  'xhttp://a.example/',
  '//a.example/',
  'www.a.example',
  // Marks that turn what stands beside them, or are not seen, and letters that look like others.
  'https://a.example/\u202egpj.exe',
  '\u202ehttps://a.example/',
  'https://a\u200b.example/',
  'https://\u0430pple.example/',
  'https://a.example/é',
  'https://a.example/<b>',
  'https://a.example/"x',
  // What was taken out of it makes another address of it.
  'https://a.example/[redacted]',
  'https://a.example:99999/',
  'https://',
  'http://-/',
])('makes no link of: %s', (text) => {
  expect(linksOf(text)).toEqual([]);
});

it('loses no letter, and what it calls an address leads nowhere else than its letters say', () => {
  const piece = fc.constantFrom(
    'http://',
    'https://',
    'a.example',
    '@',
    '/',
    ':',
    '8',
    '.',
    ' ',
    '(',
    ')',
    '[',
    '\\',
    '?',
    '#',
  );
  const text = fc.array(fc.oneof(piece, fc.string({ unit: 'grapheme', maxLength: 3 }))).map((all) => all.join(''));
  fc.assert(
    fc.property(text, (written) => {
      const parts = partsOf(written);
      expect(parts.map((part) => part.text).join('')).toBe(written);
      for (const { text: address } of parts.filter(({ isAddress }) => isAddress)) {
        const { protocol, username, password, hostname } = new URL(address);
        expect(protocol).toMatch(/^https?:$/);
        expect(username + password).toBe('');
        expect(address.toLowerCase().startsWith(`${protocol}//${hostname}`)).toBe(true);
        expect(address).toMatch(/^[!-~]+$/);
      }
    }),
  );
});
