import { partsOf } from '../words/addresses.ts';

/**
 * A text whose addresses can be gone to; each reads from left to right, whatever stands beside it. For the fields of a
 * card, which are made: a text, a log or a table may hold anything that a host answered or a person typed.
 */
export const Linked = ({ text }: { text: string }) => (
  <>
    {partsOf(text).map((part, index) =>
      part.isAddress ? (
        <a key={index} class="address" dir="ltr" href={part.text} target="_blank" rel="noopener noreferrer">
          {part.text}
        </a>
      ) : (
        part.text
      ),
    )}
  </>
);
