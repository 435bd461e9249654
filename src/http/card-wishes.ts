/** What the panel asks for, read from a request's body: closed shapes, nothing else. */
import { z } from 'zod';
import type { ActionWish } from '../app/card-actions.ts';
import { BY_AGENT_CHANNELS } from '../app/card/card-request.ts';
import type { DraftWish } from '../app/card/card-draft.ts';
import type { Outcome } from '../core/ticket.ts';
import { MISTAKE_CAUSES, OUTCOMES } from '../core/ticket.ts';

const words = (max: number) => z.string().max(max);
const instant = z.number().int().min(0).max(8.64e15);
const outcome = z.enum(OUTCOMES).nullable().default(null);

const actionSchema = z.union([
  z.strictObject({ action: z.enum(['request', 'remind', 'cancel-request', 'unhold']) }),
  z.strictObject({ action: z.literal('undo') }),
  z.strictObject({ action: z.literal('hold'), until: instant, reason: words(2000) }),
  z.strictObject({
    action: z.literal('kb-decide'),
    decision: z.enum(['exists', 'updated']),
    link: words(2000),
  }),
  z.strictObject({
    action: z.literal('kb-decide'),
    decision: z.literal('not-needed'),
    why: words(5000),
  }),
  z.strictObject({ action: z.literal('kb-create'), conditions: words(5000).default('') }),
  z.strictObject({
    action: z.literal('by-agent'),
    channel: z.enum(BY_AGENT_CHANNELS),
    at: instant,
    words: words(5000),
  }),
  z.strictObject({ action: z.literal('close'), outcome }),
  z.strictObject({ action: z.literal('override'), outcome, reason: words(5000) }),
  z.strictObject({
    action: z.literal('return-to-work'),
    cause: z.enum(MISTAKE_CAUSES).nullable().default(null),
    comment: words(5000).default(''),
  }),
]);

/** null for anything else. */
export function readAction(body: unknown): ActionWish | null {
  const read = actionSchema.safeParse(body);
  return read.success ? read.data : null;
}

const searchSchema = z.strictObject({ words: words(300) });

/** '' looks for what is like the ticket itself. */
export function readSearch(body: unknown): string | null {
  const read = searchSchema.safeParse(body);
  return read.success ? read.data.words : null;
}

const value = z.union([words(20_000), z.number(), z.null(), z.array(words(2000)).max(50)]);
const fields = z.record(z.string().max(40), value);

const draftSchema = z.strictObject({
  fields: fields.refine((given) => Object.keys(given).length <= 40),
  base: fields.default({}),
  outcome,
});

export function readDraft(
  body: unknown,
): (DraftWish & { readonly outcome: Outcome | null }) | null {
  const read = draftSchema.safeParse(body);
  return read.success ? read.data : null;
}
