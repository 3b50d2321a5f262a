import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Card } from '#core/card.ts';
import { useDeck } from '../state/use-deck.ts';
import { inWords } from '../words/words.ts';
import { Icon } from './icon.tsx';
import { reachable } from './reachable.ts';

type Code = NonNullable<Card['code']>;

/** Longer code is folded; where the whole is a tap away, sooner. */
const shownLines = 14;
const shownLinesOfMore = 4;

const diffKind = (line: string): string => {
  if (line.startsWith('@@')) return 'diff-place';
  if (line.startsWith('+++') || line.startsWith('---')) return 'diff-file';
  if (line.startsWith('+')) return 'diff-added';
  return line.startsWith('-') ? 'diff-removed' : '';
};

const logKind = (line: string): string => {
  if (/\b(error|fatal|crit(ical)?|panic)\b/i.test(line)) return 'log-error';
  return /\bwarn(ing)?\b/i.test(line) ? 'log-warn' : '';
};

const yamlKind = (line: string): string => (/^\s*#/.test(line) ? 'yaml-comment' : '');

const kinds: Readonly<Record<NonNullable<Code['language']>, (line: string) => string>> = {
  diff: diffKind,
  log: logKind,
  yaml: yamlKind,
  text: () => '',
};

/** Monospaced lines, coloured by kind; each keeps its own sign, so colour only helps. */
export const CodeLines = ({
  text,
  language,
  label,
}: {
  text: string;
  language: NonNullable<Code['language']>;
  label: string;
}) => (
  <figure class={`code code-${language}`} {...reachable} aria-label={label}>
    <pre>
      <code>
        {text.split('\n').map((line, index) => (
          <span key={index} class={`line ${kinds[language](line)}`}>
            {line}
            {'\n'}
          </span>
        ))}
      </code>
    </pre>
  </figure>
);

/** Of a folded diff the changes count, not the three lines that say whose they are. */
const withoutHeads = (lines: readonly string[], language: Code['language']): readonly string[] => {
  if (language !== 'diff') return lines;
  const isHead = (at: number): boolean =>
    Boolean(lines[at]?.startsWith('--- ') && lines[at + 1]?.startsWith('+++ ') && lines[at + 2]?.startsWith('@@'));
  return lines.filter((_line, at) => ![at, at - 1, at - 2].some(isHead));
};

/** A card's code: folded when long, to be copied. `whole` is the way to more than the card holds. */
export const CardCode = ({ code, whole }: { code: Code; whole?: ComponentChildren }) => {
  const deck = useDeck();
  const words = deck.words.value;
  const [open, setOpen] = useState(false);
  const [copied, setCopied] = useState(false);
  const lines = code.text.replace(/\n$/, '').split('\n');
  const most = whole ? shownLinesOfMore : shownLines;
  const isLong = lines.length > most + 2;
  // Of a log the newest lines count: the end is what is shown.
  const folded = code.language === 'log' ? lines.slice(-most) : withoutHeads(lines, code.language).slice(0, most);
  const shown = open || !isLong ? lines : folded;
  const title = code.title === undefined ? undefined : inWords(code.title, deck.language.value);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(code.text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <div class="card-code">
      {title !== undefined && <p class="code-title">{title}</p>}
      <div class="code-box">
        <CodeLines text={shown.join('\n')} language={code.language ?? 'text'} label={title ?? words.code} />
        {navigator.clipboard !== undefined && (
          <button
            type="button"
            class="icon-button copy"
            aria-label={copied ? words.copied : `${words.copy}: ${title ?? words.code}`}
            onClick={() => void copy().catch(() => undefined)}
          >
            <Icon of={copied ? 'check' : 'copy'} />
          </button>
        )}
      </div>
      {whole}
      {isLong && !whole && (
        <button type="button" class="button button-quiet fold" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? words.showLess : words.showAll(lines.length)}
        </button>
      )}
    </div>
  );
};
