import { blocksOf, type Span } from '../words/rich.ts';

const Spans = ({ spans }: { spans: readonly Span[] }) => (
  <>
    {spans.map(({ kind, text }, index) => {
      if (kind === 'bold') return <strong key={index}>{text}</strong>;
      return kind === 'code' ? <code key={index}>{text}</code> : <span key={index}>{text}</span>;
    })}
  </>
);

/** A card's text: bold, code, lists and line breaks, and nothing else. */
export const RichText = ({ text }: { text: string }) => (
  <div class="rich" dir="auto">
    {blocksOf(text).map(({ kind, items }, index) =>
      kind === 'list' ? (
        <ul key={index}>
          {items.map((item, at) => (
            <li key={at}>
              <Spans spans={item} />
            </li>
          ))}
        </ul>
      ) : (
        <p key={index}>
          {items.map((item, at) => (
            <span key={at}>
              {at > 0 && <br />}
              <Spans spans={item} />
            </span>
          ))}
        </p>
      ),
    )}
  </div>
);
