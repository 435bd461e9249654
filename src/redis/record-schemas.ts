/** Shapes of stored records, checked on every read: another version of the app may have written them. */
import { z } from 'zod';
import type { JournalEntry, ReturnEntry, ReturnStep } from '../app/ports/state.ts';
import type { CriterionResult, Gap, GapCode } from '../core/decision.ts';
import { CLAUSE_IDS, CRITERION_IDS } from '../core/policy.ts';
import { CLOSED_BY, JOURNAL_KINDS } from '../core/journal-entry.ts';
import { CONFIRMATIONS, OUTCOMES } from '../core/ticket.ts';

export const refSchema = z.object({ entityTypeId: z.int().positive(), id: z.int().positive() });
const pipelineSchema = z.object({ entityTypeId: z.int().positive(), categoryId: z.int() });
const placeSchema = z.object({ categoryId: z.int(), stageId: z.string() });
const paramsSchema = z.record(z.string(), z.union([z.string(), z.number()]));

/** Codes are only ever added, so one that this version does not know yet is kept, not refused. */
const gapCodeSchema = z.custom<GapCode>((value) => typeof value === 'string');
export const gapSchema: z.ZodType<Gap> = z.object({ code: gapCodeSchema, params: paramsSchema });

const verdictSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('met') }),
  z.object({ status: z.literal('unmet'), gaps: z.array(gapSchema) }),
  z.object({ status: z.literal('not-applicable') }),
  z.object({ status: z.literal('unknown'), fact: z.enum(['openWork', 'conversation']) }),
]);

const resultSchema: z.ZodType<CriterionResult> = z.object({
  id: z.enum(CRITERION_IDS),
  clause: z.enum(CLAUSE_IDS),
  strictness: z.enum(['off', 'warn', 'justify', 'block']),
  verdict: verdictSchema,
  evidence: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

export const returnStepSchema: z.ZodType<ReturnStep> = z.enum(['claimed', 'moved', 'explained']);

export const returnEntrySchema: z.ZodType<Omit<ReturnEntry, 'step'>> = z.object({
  ref: refSchema,
  movedAt: z.number(),
  movedBy: z.number(),
  assigneeId: z.number(),
  from: placeSchema,
  pipeline: pipelineSchema,
  gaps: z.array(gapSchema),
  results: z.array(resultSchema).exactOptional(),
  outcome: z.enum(OUTCOMES).exactOptional(),
  policyVersion: z.number().exactOptional(),
  returns: z.number().exactOptional(),
});

const minutes = z.number().nullable();

export const journalEntrySchema: z.ZodType<JournalEntry> = z.object({
  at: z.number(),
  kind: z.enum(JOURNAL_KINDS),
  ref: refSchema.nullable(),
  pipeline: pipelineSchema.nullable(),
  movedBy: z.number(),
  movedAt: z.number().nullable(),
  assigneeId: z.number(),
  outcome: z.enum(OUTCOMES).nullable(),
  policyVersion: z.number(),
  from: z.string(),
  to: z.string(),
  results: z.array(resultSchema),
  detail: paramsSchema,
  local: z.string().exactOptional(),
  cycle: z.number().exactOptional(),
  confirmation: z.enum(CONFIRMATIONS).exactOptional(),
  closedBy: z.enum(CLOSED_BY).exactOptional(),
  times: z
    .object({
      toAnswer: minutes,
      toSolve: minutes,
      toClose: minutes,
      waitingClient: minutes,
    })
    .exactOptional(),
});
