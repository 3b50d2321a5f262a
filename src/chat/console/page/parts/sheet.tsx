import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useDeck } from '../state/use-deck.ts';
import { Icon } from './icon.tsx';

/** A dialog over the page; the browser keeps the focus in it and gives it back. */
export const Sheet = (props: { title: string; class: string; onClose: () => void; children: ComponentChildren }) => {
  const { words } = useDeck();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class={`sheet ${props.class}`}
      aria-label={props.title}
      onClose={props.onClose}
      onClick={(event) => {
        if (event.target === dialog.current) dialog.current?.close();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.stopPropagation(); // it closes the dialog, and not what is under it
      }}
    >
      <div class="sheet-inner">
        <div class="sheet-head">
          <h2>{props.title}</h2>
          <button
            type="button"
            class="icon-button"
            aria-label={words.value.close}
            onClick={() => dialog.current?.close()}
          >
            <Icon of="close" />
          </button>
        </div>
        {props.children}
      </div>
    </dialog>
  );
};
