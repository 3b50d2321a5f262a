import { useState } from 'preact/hooks';
import type { CardImage as Image } from '#core/card.ts';
import { useDeck } from '../state/use-deck.ts';
import { inWords } from '../words/words.ts';
import { Icon } from './icon.tsx';
import { Sheet } from './sheet.tsx';

/** A card's picture: its alt text carries the figures; a tap enlarges it. */
export const CardImage = ({ image }: { image: Image }) => {
  const deck = useDeck();
  const [open, setOpen] = useState(false);
  const alt = inWords(image.alt, deck.language.value);
  const address = `/console/api/files/${encodeURIComponent(image.file)}`;
  return (
    <div class="card-image">
      <button
        type="button"
        aria-label={deck.words.value.enlarge(alt)}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <img src={address} alt={alt} width={image.width} height={image.height} loading="lazy" decoding="async" />
        <span class="enlarge">
          <Icon of="enlarge" />
        </span>
      </button>
      {open && (
        <Sheet title={alt} class="image-sheet" onClose={() => setOpen(false)}>
          <div class="image-large">
            <img src={address} alt={alt} width={image.width} height={image.height} />
          </div>
        </Sheet>
      )}
    </div>
  );
};
