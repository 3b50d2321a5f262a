import type { OrderState } from '#core/order.ts';

/** How an order stands, said of it, in English and French: never the name of the state. */
export const standing: Readonly<Record<OrderState, readonly [string, string]>> = {
  received: ['is being read', 'est en cours de lecture'],
  asking: ['wants an answer first', 'attend d’abord une réponse'],
  working: ['is being worked out', 'est en préparation'],
  confirming: ['waits for its asker’s yes', 'attend le oui de qui l’a demandé'],
  approving: ['waits for an approval', 'attend une approbation'],
  queued: ['waits for its turn', 'attend son tour'],
  running: ['is under way', 'est en cours'],
  done: ['is done', 'est fait'],
  failed: ['failed', 'a échoué'],
  refused: ['was refused', 'a été refusé'],
  cancelled: ['was cancelled', 'a été annulé'],
  expired: ['has expired', 'a expiré'],
  interrupted: ['was interrupted', 'a été interrompu'],
};
