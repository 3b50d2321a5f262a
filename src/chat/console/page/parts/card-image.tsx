import { useState } from 'preact/hooks';
import type { CardImage as Image } from '#core/card.ts';
import { useDeck } from '../state/use-deck.ts';
import { inWords } from '../words/words.ts';
import { Icon } from './icon.tsx';
import { Sheet } from './sheet.tsx';

const addressOf = (file: string): string => `/console/api/files/${encodeURIComponent(file)}`;

/** The picture itself, as the screen is: light or dark. */
const Picture = ({ image, alt, lazy }: { image: Image; alt: string; lazy?: boolean }) => (
  <picture>
    {image.dark !== undefined && <source media="(prefers-color-scheme: dark)" srcset={addressOf(image.dark)} />}
    <img
      src={addressOf(image.file)}
      alt={alt}
      width={image.width}
      height={image.height}
      {...(lazy ? { loading: 'lazy', decoding: 'async' } : {})}
    />
  </picture>
);

/** A card's picture: its alt text carries the figures; a tap enlarges it. */
export const CardImage = ({ image }: { image: Image }) => {
  const deck = useDeck();
  const [open, setOpen] = useState(false);
  const alt = inWords(image.alt, deck.language.value);
  return (
    <div class="card-image">
      <button
        type="button"
        aria-label={deck.words.value.enlarge(alt)}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <Picture image={image} alt={alt} lazy />
        <span class="enlarge">
          <Icon of="enlarge" />
        </span>
      </button>
      {open && (
        <Sheet title={alt} class="image-sheet" onClose={() => setOpen(false)}>
          <div class="image-large">
            <Picture image={image} alt={alt} />
          </div>
        </Sheet>
      )}
    </div>
  );
};
