import { z } from 'zod';
import type { Card } from '#core/card.ts';
import type { ErrorCode } from '#core/error-codes.ts';
import { isErrorCode, type Refusal } from '#core/errors.ts';
import type { Text } from '#core/text.ts';
import { mayBeSet } from '#core/variable-names.ts';
import type { Answer, Proposal } from '#kit/command.ts';
import { largestAnswer } from './protocol.ts';

// Control characters say nothing to a reader and can forge lines on some screens; line break and tab stay.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed.
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

const cut = (max: number) => (words: string) => {
  const clean = words.replace(/\r\n?/g, '\n').replace(controls, '');
  return clean.length <= max ? clean : `${clean.slice(0, max - 1)}…`;
};

const oneLine = (max: number) => (words: string) => cut(max)(words.replace(/\s+/g, ' ').trim());

const words = (change: (text: string) => string): z.ZodType<Text> =>
  z.union([
    z.string().transform(change),
    z.object({ en: z.string().transform(change), fr: z.string().transform(change) }),
  ]);

const title = words(oneLine(300)).refine((text) => typeof text !== 'string' || text !== '', 'must not be empty');
const label = words(oneLine(120));
const value = words(cut(2_000));
const line = z
  .string()
  .min(1)
  .max(4_000)
  .refine((text) => text.search(controls) < 0 && !text.includes('\n'), 'must be one line');
const id = z.string().regex(/^[\w.:-]{1,100}$/);

/** A list cut to its first entries, so that a long answer is shorter instead of lost. */
const first = <T extends z.ZodType>(item: T, max: number) =>
  z
    .array(z.unknown())
    .transform((list) => list.slice(0, max))
    .pipe(z.array(item));

const action = z.object({
  id,
  label,
  style: z.enum(['primary', 'danger', 'plain']).optional(),
  line,
});

const field = z.object({
  name: id,
  label,
  kind: z.enum(['text', 'number', 'choice', 'date']),
  required: z.boolean(),
  choices: first(z.object({ value: z.string().max(500), label }), 100).optional(),
  value: z.string().max(2_000).optional(),
  hint: value.optional(),
});

const table = z
  .object({ columns: first(label, 8), rows: first(first(value, 8), 200) })
  .refine(({ columns, rows }) => rows.every((row) => row.length === columns.length), 'rows must be as wide as columns');

const code = z.object({
  text: z.string().transform(cut(200_000)),
  language: z.enum(['diff', 'log', 'yaml', 'text']).optional(),
  title: label.optional(),
});

const card = z.object({
  tone: z.enum(['info', 'good', 'warn', 'bad', 'running']),
  title,
  text: words(cut(12_000)).optional(),
  fields: first(z.object({ label, value }), 25).optional(),
  table: table.optional(),
  code: code.optional(),
  image: z
    .object({
      ...{ file: id, dark: id.exactOptional(), alt: value },
      ...{ width: z.int().min(1).max(8_000), height: z.int().min(1).max(8_000) },
    })
    .optional(),
  actions: first(action, 25).optional(),
  form: z.object({ id, line, fields: first(field, 25), submit: label }).optional(),
  footer: words(cut(500)).optional(),
});

/**
 * Variables of a proposal. `ansible_…` and other magic names decide how a host is reached and as whom, so they never
 * come from a plugin: what a person typed might be in them.
 */
const variables = z.record(
  z.string().refine(mayBeSet, { message: 'is no name of a variable that can be set here' }),
  z.json(),
);

/** Any name a file may have: what is listed can be run. The extension may be left out. */
const playbook = z
  .string()
  .max(300)
  .regex(/^[^/\p{Cc}][^\p{Cc}]*$/u, 'must be a path inside the playbooks folder')
  .refine((path) => !path.split('/').includes('..'), 'must stay inside the playbooks folder');

const names = z.array(z.string().regex(/^[\w:.-]{1,200}$/)).max(50);
/** Any number: one that no run has is answered like every unknown run. */
const runId = z.number().min(1);

const refuse = z.object({ do: z.literal('refuse'), card });
const answer = z.discriminatedUnion('do', [refuse, card.extend({ do: z.undefined().optional() })]);

const proposal = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('play'),
    title,
    titleFrom: z.object({ link: z.string().regex(/^[\w.-]{1,100}$/), title }).optional(),
    playbook,
    limit: z.string().min(1).max(10_000).optional(),
    vars: variables,
    chosen: variables.optional(),
    tags: names.optional(),
    skipTags: names.optional(),
    locks: names.optional(),
    risk: z.enum(['ordinary', 'grave']).optional(),
    instead: first(action, 5).optional(),
  }),
  z.object({ do: z.literal('cancel'), run: runId }),
  z.object({ do: z.literal('resume'), run: runId }),
  refuse,
]);

const refusal = z.object({
  code: z.custom<ErrorCode>(isErrorCode),
  say: value,
  next: value.optional(),
  retryable: z.boolean().optional(),
  details: z.record(z.string(), z.json()).optional(),
});

/** What came out, checked; or what is wrong with it, for the log and the plugin's author. */
export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: string };

function check<T>(shape: z.ZodType, text: string): Checked<T> {
  if (text.length > largestAnswer) return { ok: false, fault: `larger than ${largestAnswer} characters` };
  try {
    const parsed = shape.safeParse(JSON.parse(text));
    // The shape leaves out undefined keys only; zod types them as present-but-undefined.
    if (parsed.success) return { ok: true, value: parsed.data as T };
    return { ok: false, fault: parsed.error.issues.slice(0, 5).map(describe).join('; ') };
  } catch (thrown) {
    return { ok: false, fault: String(thrown) };
  }
}

const describe = (issue: { path: PropertyKey[]; message: string }): string =>
  `${issue.path.map(String).join('.') || 'the answer'}: ${issue.message}`;

/** The answer to a question, as JSON text from a plugin. */
export const checkAnswer = (text: string): Checked<Answer> => check<Answer>(answer, text);

/** A card as JSON text from a plugin. */
export const checkCard = (text: string): Checked<Card> => check<Card>(card, text);

/** A proposal as JSON text from a plugin. */
export const checkProposal = (text: string): Checked<Proposal> => check<Proposal>(proposal, text);

/** A refusal that came over the wall; undefined when it is none. */
export function checkRefusal(candidate: unknown): Refusal | undefined {
  const parsed = refusal.safeParse(candidate);
  return parsed.success ? (parsed.data as Refusal) : undefined;
}
