import { expect, it } from 'vitest';
import { cardText } from '#app/cli/card-text.ts';
import type { Card } from '#core/card.ts';

const withButton = (line: string, label: string): Card => ({
  tone: 'info',
  title: 'Which one?',
  actions: [{ id: 'choose', label, line }],
});

it('names the line of a button once, and its label where that says something else', () => {
  expect(cardText(withButton('logs web-1', 'logs web-1'), 'en')).toBe('· Which one?\n  → logs web-1');
  expect(cardText(withButton('logs web-1', 'Logs'), 'en')).toBe('· Which one?\n  → logs web-1   (Logs)');
});

it('says what a block is called before it', () => {
  const code = { text: '12:00 started\n12:01 stopped', title: { en: 'Times in UTC', fr: 'Heures en UTC' } };
  const card: Card = { tone: 'info', title: 'web-1: 2 lines', code };
  expect(cardText(card, 'fr')).toBe('· web-1: 2 lines\n\n  Heures en UTC\n    12:00 started\n    12:01 stopped');
  expect(cardText({ ...card, code: { text: 'a' } }, 'fr')).toBe('· web-1: 2 lines\n\n    a');
});

it.each(['\u001b[2J', '\n', '\r', '\u009b1m', '\u202e'])(
  'sends a terminal nothing of a button but what it shows: %j',
  (sign) => {
    const line = `tail web-1 /tmp/a${sign}b`;
    const clean = line.replace(sign, ` ${sign.slice(1)}`);
    expect(cardText(withButton(line, line), 'en')).toBe(`· Which one?\n  → ${clean}`);
    expect(cardText(withButton(line, `Look${sign}`), 'en').split('\n')).toHaveLength(2);
  },
);
