import { render } from 'preact';
import { App } from './parts/app.tsx';
import { createDeck } from './state/deck.ts';
import { DeckContext } from './state/use-deck.ts';
import { followKeyboard } from './state/viewport.ts';

const place = document.getElementById('app');
if (place !== null) {
  followKeyboard();
  render(
    <DeckContext.Provider value={createDeck()}>
      <App />
    </DeckContext.Provider>,
    place,
  );
}
