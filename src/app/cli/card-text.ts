import type { Card, Tone } from '#core/card.ts';
import { inLanguage, type Language, type Text } from '#core/text.ts';

const marks: Readonly<Record<Tone, string>> = { info: '·', good: '✓', warn: '!', bad: '✗', running: '…' };

/** What a terminal must not be sent by somebody else's text: control characters other than line ends. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out.
const unprintable = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

const printable = (words: string): string => words.replace(unprintable, ' ');

/** A card as plain lines for a terminal. */
export function cardText(card: Card, language: Language): string {
  const say = (text: Text) => printable(inLanguage(text, language));
  const lines = [`${marks[card.tone]} ${say(card.title)}`];
  if (card.text)
    lines.push(
      ...say(card.text)
        .replace(/\*\*|`/g, '')
        .split('\n')
        .map((line) => `  ${line}`),
    );
  const colon = language === 'fr' ? ' :' : ':';
  for (const field of card.fields ?? []) lines.push(`  ${say(field.label)}${colon} ${say(field.value)}`);
  if (card.table) lines.push(...tableLines(card.table, say));
  if (card.code)
    lines.push(
      '',
      ...(card.code.title ? [`  ${say(card.code.title)}`] : []),
      ...say(card.code.text)
        .split('\n')
        .map((line) => `    ${line}`),
    );
  if (card.image) lines.push(`  [${say(card.image.alt)}]`);
  for (const field of card.form?.fields ?? []) lines.push(`  --${field.name}  ${say(field.label)}`);
  // A terminal takes no approvals.
  const offered = (card.actions ?? []).filter(({ line }) => !line.startsWith('approve '));
  for (const action of offered) lines.push(buttonText(action.line, inLanguage(action.label, language)));
  if (card.footer) lines.push(`  ${say(card.footer)}`);
  return lines.join('\n');
}

const inOneLine = (words: string): string => printable(words).replaceAll('\n', ' ');

/** What a button says, and its label where that is another: a file may have been named to forge a line of its own. */
const buttonText = (line: string, label: string): string =>
  label === line ? `  → ${inOneLine(line)}` : `  → ${inOneLine(line)}   (${inOneLine(label)})`;

function tableLines(table: NonNullable<Card['table']>, say: (text: Text) => string): readonly string[] {
  const rows = [table.columns.map(say), ...table.rows.map((row) => row.map(say))];
  const widths = table.columns.map((_column, index) => Math.max(...rows.map((row) => [...(row[index] ?? '')].length)));
  return rows.map((row) => `  ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')}`.trimEnd());
}
