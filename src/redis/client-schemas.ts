/** Shapes of the stored records of the client's side, checked on every read. */
import { z } from 'zod';
import type {
  ClientAnswerKind,
  ClientCase,
  Delivery,
  PostedAnswer,
  SuppressedReply,
} from '../app/ports/client.ts';
import type { Instant } from '../core/ticket.ts';

const refSchema = z.object({ entityTypeId: z.int().positive(), id: z.int().positive() });
const answerKindSchema = z.enum(['solved', 'not-solved', 'question']);

const deliverySchema: z.ZodType<Delivery> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('delivered'),
    channel: z.enum(['chat', 'email']),
    reference: z.string(),
  }),
  z.object({ kind: z.literal('to-do'), reference: z.string() }),
  z.object({ kind: z.literal('undelivered'), why: z.string() }),
]);

export const outboxEntrySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('claimed'), at: z.number(), foundAt: z.number().optional() }),
  z.object({ kind: z.literal('sent'), delivery: deliverySchema, at: z.number() }),
]);

export type OutboxEntry = z.infer<typeof outboxEntrySchema>;

export const clientCaseSchema: z.ZodType<ClientCase> = z.object({
  ref: refSchema,
  cycle: z.int(),
  language: z.enum(['ru', 'en']),
  // Documents of before pipelines had their own have none.
  timeZone: z.string().default('Europe/Moscow'),
  summary: z.string(),
  answerUntil: z.number().nullable(),
  state: z.enum(['open', 'answered', 'closed', 'superseded']),
  answer: answerKindSchema.nullable(),
  answeredAt: z.number().nullable(),
  closedAt: z.number().nullable(),
});

export const postedAnswerSchema = z
  .object({
    ref: refSchema,
    cycle: z.int(),
    answer: answerKindSchema,
    comment: z.string(),
    at: z.number(),
    readingOf: z.string().optional(),
    byRule: z.boolean().optional(),
  })
  .transform(({ readingOf, byRule, ...answer }): PostedAnswer => ({
    ...answer,
    ...(readingOf === undefined ? {} : { readingOf }),
    ...(byRule === undefined ? {} : { byRule }),
  }));

/** What is remembered of a ticket's newest answer: never the client's words. */
export interface LastAnswer {
  readonly cycle: number;
  readonly answer: ClientAnswerKind;
  readonly at: Instant;
  /** Kind and digest of the words, to know the same answer again. */
  readonly identity: string;
}

export const lastAnswerSchema: z.ZodType<LastAnswer> = z.object({
  cycle: z.int(),
  answer: answerKindSchema,
  at: z.number(),
  identity: z.string(),
});

export const suppressedReplySchema: z.ZodType<SuppressedReply> = z.object({
  id: z.string(),
  ref: refSchema,
  cycle: z.int(),
  at: z.number(),
  kind: z.enum(['auto-reply', 'bounce', 'echo']),
  rule: z.string(),
  source: z.string(),
});

/** null for anything that is not a document of this shape. */
export function readStored<T>(schema: z.ZodType<T>, text: string | null | undefined): T | null {
  if (text === null || text === undefined) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
