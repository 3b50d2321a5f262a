/** Plans and runs as cards: phone first, the verdict in the title. */
export { planCard } from './cards/plan-card.ts';
export { runCard } from './cards/run-card.ts';
