import type { Card } from '#core/card.ts';
import { useDeck } from '../state/use-deck.ts';
import { inWords } from '../words/words.ts';
import { reachable } from './reachable.ts';

/** A figure with its unit, in either language: French calls a byte an octet. */
const figure = /^[\s+-]?[\d.,\s]+(?:%|(?:[kKMGTP]i?)?[Bo]|ms|s|min|m|h|d|j)?(?:\/s)?$/;

/** A card's table; it scrolls by itself when it is wider than the screen. Columns of figures stand to the right. */
export const CardTable = ({ table, title }: { table: NonNullable<Card['table']>; title: string }) => {
  const deck = useDeck();
  const language = deck.language.value;
  const isFigures = table.columns.map((_, at) =>
    table.rows.every((row) => {
      const cell = inWords(row[at] ?? '', language).trim();
      return cell === '' || cell === '–' || figure.test(cell);
    }),
  );
  return (
    <figure class="card-table" {...reachable} aria-label={`${deck.words.value.scrollTable}: ${title}`}>
      <table>
        <thead>
          <tr>
            {table.columns.map((column, at) => (
              <th key={at} scope="col" class={isFigures[at] ? 'figures' : ''}>
                {inWords(column, language)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, at) => (
                <td key={at} class={isFigures[at] ? 'figures' : ''} dir="auto">
                  {inWords(cell, language)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
};
