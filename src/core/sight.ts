import type { ActorId } from './actor.ts';
import type { Order } from './order.ts';

/** Who may see what others did. An actor's own orders are always theirs to see; ask this about the others. */
export interface Sight {
  /** May this actor see the order, its card and its run? */
  order(actor: ActorId, order: Order): Promise<boolean>;
  /** May this actor read the audit? */
  audit(actor: ActorId): Promise<boolean>;
}
