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

it.each(['\u001b[2J', '\n', '\r', '\u009b1m', '\u202e'])(
  'sends a terminal nothing of a button but what it shows: %j',
  (sign) => {
    const line = `tail web-1 /tmp/a${sign}b`;
    const clean = line.replace(sign, ` ${sign.slice(1)}`);
    expect(cardText(withButton(line, line), 'en')).toBe(`· Which one?\n  → ${clean}`);
    expect(cardText(withButton(line, `Look${sign}`), 'en').split('\n')).toHaveLength(2);
  },
);
