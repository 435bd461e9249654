/** The shape of a stored closing policy. Unknown keys are refused: a mistyped setting must not be silently without effect. */
import { z } from 'zod';
import {
  CHOICE_FIELDS,
  CLAUSE_IDS,
  CLIENT_CHANNELS,
  CRITERION_IDS,
  DATETIME_FIELDS,
  INTEGER_FIELDS,
  TEXT_FIELDS,
  URL_LIST_FIELDS,
} from '../core/policy.ts';
import type { ClosingPolicy, FieldKey, StageRole } from '../core/policy.ts';
import { OUTCOMES } from '../core/ticket.ts';

const fieldKeys = [
  ...TEXT_FIELDS,
  ...INTEGER_FIELDS,
  ...URL_LIST_FIELDS,
  ...DATETIME_FIELDS,
  ...CHOICE_FIELDS,
] as const;

/** An empty name: the ticket has no such field. */
const NO_FIELDS = Object.fromEntries(fieldKeys.map((key) => [key, ''])) as Record<FieldKey, string>;

const roles: readonly string[] = [
  'work',
  'awaiting-confirmation',
  'gate',
  'exempt',
  ...OUTCOMES.map((outcome) => `closed:${outcome}`),
];
const roleSchema = z.custom<StageRole>(
  (value) => typeof value === 'string' && roles.includes(value),
  {
    error: 'not a stage role',
  },
);

const days = z.number().min(0).max(365);

export const policySchema: z.ZodType<ClosingPolicy> = z.strictObject({
  schema: z.literal(1),
  version: z.int().min(0),
  pipeline: z.strictObject({ entityTypeId: z.int().positive(), categoryId: z.int().min(0) }),
  mode: z.enum(['observe', 'enforce']),
  language: z.enum(['ru', 'en']),
  cutoff: z.number().min(0),
  stages: z.record(z.string(), roleSchema),
  returnStage: z.string(),
  // Keys younger than the document have no field yet: setup creates it.
  fields: z
    .partialRecord(z.enum(fieldKeys), z.string())
    .transform((fields) => ({ ...NO_FIELDS, ...fields })),
  options: z.record(z.enum(CHOICE_FIELDS), z.record(z.string(), z.int())),
  criteria: z.array(
    z.strictObject({
      id: z.enum(CRITERION_IDS),
      clause: z.enum(CLAUSE_IDS),
      strictness: z.enum(['off', 'warn', 'justify', 'block']),
      outcomes: z.array(z.enum(OUTCOMES)),
    }),
  ),
  autoAsk: z.boolean(),
  // Documents of before the client's side have none.
  channels: z
    .array(z.enum(CLIENT_CHANNELS))
    .min(1)
    .default([...CLIENT_CHANNELS]),
  thanksConfirms: z.boolean().default(false),
  digest: z.boolean().default(true),
  timeZone: z.string().default('Europe/Moscow'),
  daysOff: z.array(z.string()).default([]),
  workDays: z.array(z.string()).default([]),
  diagnostics: z.strictObject({ field: z.string(), values: z.array(z.string()) }).nullable(),
  leads: z.array(z.int().positive()),
  overriders: z.array(z.int().positive()).default([]),
  firstWaitDays: days,
  secondWaitDays: days,
  undoMinutes: z.number().min(0).max(10_080),
  reopenWindowDays: days,
  maxReturns: z.int().min(1).max(1000),
  returnWindowMinutes: z.number().min(1).max(10_080),
});

/** Names of what is wrong (`stages.C5:WON: not a stage role`), without the values. */
export function policyProblems(error: z.ZodError): string {
  return error.issues
    .slice(0, 10)
    .map((issue) => `${issue.path.join('.') || 'policy'}: ${issue.message}`)
    .join('; ');
}
