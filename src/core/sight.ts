import type { ActorId } from './actor.ts';
import type { Order } from './order.ts';

/** Who may see what others did. An actor's own orders are always theirs to see; ask this about the others. */
export interface Sight {
  /** May this actor see that the order is there, how it stands, and its run? */
  order(actor: ActorId, order: Order): Promise<boolean>;
  /** May this actor see the order's line, arguments and card too? Those shown to one person or nowhere are that person's. */
  content(actor: ActorId, order: Order): Promise<boolean>;
  /** May this actor read the audit? */
  audit(actor: ActorId): Promise<boolean>;
}
