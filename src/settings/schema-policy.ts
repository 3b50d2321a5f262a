import { z } from 'zod';
import { t } from '#core/text.ts';
import { actorId, type Expectation, permission, text, timeZone, within } from './schema-words.ts';

/** A person or a service, and what it may do. */
export const personSchema = z.strictObject({
  id: actorId.describe('`platform:workspace:user-id`, as in `console:local:ada`; `service:name` for a service.'),
  also: z
    .array(actorId)
    .default([])
    .describe('Other ids of the same person, as in a terminal or in another chat: nobody approves their own orders.'),
  name: text.describe('What screens show; never used to decide anything.'),
  roles: z.array(text).default([]).describe('Names of roles; without one, nothing is allowed.'),
  language: z.enum(['en', 'fr']).exactOptional().describe('The language of the answers.'),
  timeZone: timeZone.exactOptional().describe('The zone in which times are shown: `Europe/Paris`.'),
});

const grant = z.strictObject({
  permission: permission.describe('`deploy.run`, or a pattern: `deploy.*`, `*`.'),
  on: z
    .array(text)
    .min(1)
    .describe(
      'Groups or hosts of the inventory, which must be there (a group may be empty); `all` for every host, and for what is no host.',
    ),
});

/** What a role may do. */
export const roleSchema = z.strictObject({
  allow: z.array(grant).default([]).describe('What is granted, and on which hosts.'),
});

const asksSomething = {
  expected: t('a map with confirmation or approvals', 'un dictionnaire avec confirmation ou approvals'),
} satisfies Expectation;

const approvalsToo = {
  expected: t('beside a number of approvals', 'à côté d’un nombre d’approbations (approvals)'),
} satisfies Expectation;

const requirement = z
  .strictObject({
    confirmation: z.boolean().exactOptional().describe('The asker must say yes once more.'),
    approvals: z.number().int().min(1).max(10).exactOptional().describe('How many others must agree.'),
    by: z
      .array(text)
      .min(1)
      .exactOptional()
      .describe('Only persons with one of these roles may approve; each rule wants its own.'),
  })
  .refine((ask) => Object.keys(ask).length > 0, { params: asksSomething })
  .refine((ask) => ask.by === undefined || ask.approvals !== undefined, { params: approvalsToo, path: ['by'] });

const condition = z
  .strictObject({
    permission: permission.exactOptional().describe('Changes under this permission; any when absent.'),
    risk: z.enum(['ordinary', 'grave']).exactOptional().describe('Changes of this risk; any when absent.'),
    on: z
      .array(text)
      .min(1)
      .exactOptional()
      .describe(
        'Changes that touch one of these groups or hosts of the inventory, which must be there; any when absent.',
      ),
  })
  .prefault({});

/** What more is asked of a change. */
export const ruleSchema = z.strictObject({
  name: text.describe('Shown on the card that asks.'),
  when: condition.describe('Which changes the rule is about; all of them when empty.'),
  require: requirement.describe('What is asked.'),
  within: within
    .default('15m')
    .describe('How long the asking stays open: `90s`, `15m`, `2h`, `1d`; from 1 minute to 7 days.'),
});
