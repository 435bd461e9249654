/** CRM item ↔ ticket, by the field maps of the policies. Field names are the original UF names throughout. */
import type {
  ChoiceField,
  ClosingPolicy,
  DATETIME_FIELDS,
  FieldKey,
  INTEGER_FIELDS,
} from '../core/policy.ts';
import { TEXT_FIELDS } from '../core/policy.ts';
import type { Instant, TicketRecord } from '../core/ticket.ts';
import {
  CLOSE_REASONS,
  CONFIRMATIONS,
  KB_DECISIONS,
  MISTAKE_CAUSES,
  OUTCOMES,
} from '../core/ticket.ts';
import type { TicketHead } from '../app/ports/tickets.ts';
import { instantOf, integerOf, textOf } from './read-value.ts';
import type { Json } from './read-value.ts';

const HEAD_FIELDS = [
  'id',
  'title',
  'categoryId',
  'stageId',
  'previousStageId',
  'movedTime',
  'movedBy',
  'createdTime',
  'assignedById',
] as const;
/** Deals find their chat by themselves, smart-process items only through their clients (PORTAL trap 23). */
export const CLIENT_FIELDS = ['contactId', 'contactIds', 'companyId'] as const;
const DEAL = 2;

/** `select` of crm.item.list: what a head needs under any of these policies. */
export function selectFor(
  entityTypeId: number,
  policies: readonly ClosingPolicy[],
): readonly string[] {
  const mapped = policies.flatMap((policy) => [
    ...Object.values(policy.fields),
    policy.diagnostics?.field ?? '',
  ]);
  const clients = entityTypeId === DEAL ? [] : CLIENT_FIELDS;
  return [...new Set([...HEAD_FIELDS, ...clients, ...mapped])].filter((name) => name !== '');
}

/** The head of an item as a list page shows it; null for a row without an id. */
export function readHead(
  entityTypeId: number,
  item: Json,
  policies: readonly ClosingPolicy[],
): TicketHead | null {
  const id = wholeOf(item['id']);
  if (id < 1) return null;
  const categoryId = wholeOf(item['categoryId']);
  const policy = policies.find((p) => p.pipeline.categoryId === categoryId) ?? policies[0];
  const contactIds = contactsOf(item);
  const companyId = wholeOf(item['companyId']);
  return {
    ref: { entityTypeId, id },
    title: textOf(item['title']),
    categoryId,
    stageId: textOf(item['stageId']),
    previousStageId: textOf(item['previousStageId']) || null,
    movedBy: wholeOf(item['movedBy']),
    movedAt: momentOf(item['movedTime']),
    createdAt: momentOf(item['createdTime']),
    assigneeId: wholeOf(item['assignedById']),
    diagnosticsCategory: firstText(item[policy?.diagnostics?.field ?? '']),
    record: policy ? readRecord(item, policy) : EMPTY_RECORD,
    ...(contactIds.length > 0 ? { contactIds } : {}),
    ...(companyId > 0 && entityTypeId !== DEAL ? { companyId } : {}),
  };
}

const wholeOf = (value: unknown): number => integerOf(value) ?? 0;
const momentOf = (value: unknown): Instant => instantOf(value) ?? 0;

/** Contacts of an item, the main one first. */
export function contactsOf(item: Json): readonly number[] {
  const many = item['contactIds'];
  const ids = [item['contactId'], ...(Array.isArray(many) ? many : [])].map(integerOf);
  return [...new Set(ids.filter((id) => id !== null && id > 0))].filter((id) => id !== null);
}

const EMPTY_TEXTS = {
  checkedHow: '',
  problem: '',
  cause: '',
  solution: '',
  recommendations: '',
  diagnostics: '',
  kbNote: '',
  confirmationEvidence: '',
  exceptionReason: '',
  duplicateOf: '',
  resolution: '',
  mistakeMeasure: '',
  productVersion: '',
  productInstruction: '',
  holdReason: '',
  policyVersion: '',
} satisfies Record<(typeof TEXT_FIELDS)[number], string>;

const EMPTY_RECORD: TicketRecord = {
  ...EMPTY_TEXTS,
  timeSpent: null,
  cycle: null,
  returns: null,
  resources: [],
  closedAt: null,
  askedAt: null,
  remindedAt: null,
  holdUntil: null,
  kbDecision: null,
  confirmation: null,
  closeReason: null,
  outcome: null,
  mistakeCause: null,
};

/** The mapped fields of an item; false, '', null and [] all mean empty. */
export function readRecord(item: Json, policy: ClosingPolicy): TicketRecord {
  const raw = (key: FieldKey): unknown => item[policy.fields[key]];
  const texts = { ...EMPTY_TEXTS };
  for (const key of TEXT_FIELDS) texts[key] = firstText(raw(key));
  const choice = <Code extends string>(key: ChoiceField, codes: readonly Code[]): Code | null =>
    choiceOf(raw(key), policy.options[key], codes);
  const instant = (key: (typeof DATETIME_FIELDS)[number]): Instant | null =>
    instantOf(firstOf(raw(key)));
  const integer = (key: (typeof INTEGER_FIELDS)[number]): number | null =>
    integerOf(firstOf(raw(key)));
  return {
    ...texts,
    timeSpent: integer('timeSpent'),
    cycle: integer('cycle'),
    returns: integer('returns'),
    resources: allTexts(raw('resources')),
    closedAt: instant('closedAt'),
    askedAt: instant('askedAt'),
    remindedAt: instant('remindedAt'),
    holdUntil: instant('holdUntil'),
    kbDecision: choice('kbDecision', KB_DECISIONS),
    confirmation: choice('confirmation', CONFIRMATIONS),
    closeReason: choice('closeReason', CLOSE_REASONS),
    outcome: choice('outcome', OUTCOMES),
    mistakeCause: choice('mistakeCause', MISTAKE_CAUSES),
  };
}

/** A field that somebody made multiple still counts by its first value. */
function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value.find((item) => textOf(item) !== '') : value;
}

function firstText(value: unknown): string {
  return textOf(firstOf(value));
}

function allTexts(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map(textOf).filter((text) => text !== '');
}

function choiceOf<Code extends string>(
  value: unknown,
  options: Readonly<Record<string, number>>,
  codes: readonly Code[],
): Code | null {
  const id = integerOf(firstOf(value));
  if (id === null) return null;
  return codes.find((code) => options[code] === id) ?? null;
}
