import type { OrderState } from './order.ts';

/** Something changed in the store: who shows it reads it again. */
export type StoreChange =
  | { readonly kind: 'order'; readonly id: number; readonly state?: OrderState }
  | { readonly kind: 'run'; readonly id: number }
  | { readonly kind: 'message'; readonly id: number };

/** Tells listeners what changed, after it is on disk. */
export interface Changes {
  tell(change: StoreChange): void;
  /** Returns the way to stop listening. */
  subscribe(listener: (change: StoreChange) => void): () => void;
}
