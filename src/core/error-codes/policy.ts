import type { Meanings } from './meaning.ts';

/** What the policy does not allow. */
export const policy = {
  'policy.not_a_person': {
    means: 'Only a person may approve or deny, and this is a service.',
    next: 'Ask a person who may approve.',
  },
  'policy.not_allowed': {
    means: 'The actor has no right to this, or not on these hosts.',
    next: 'Ask for one of the roles that are named.',
  },
  'policy.not_an_approver': { means: 'Only certain roles may approve this.', next: 'Ask someone who has one of them.' },
  'policy.own_order': {
    means: 'Nobody approves what they asked for themselves.',
    next: 'Ask a colleague who may approve.',
  },
} as const satisfies Meanings<'policy'>;
