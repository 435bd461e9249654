/** What somebody types on the panel, written to the ticket's own fields a moment later: nothing typed is lost. */
import type { FieldValue } from '../../core/card-state.ts';
import type { ClosingPolicy } from '../../core/policy.ts';
import type { OneTicket } from '../one-ticket.ts';
import type { DraftField } from './card-fields.ts';
import { asChanges, draftField, draftValue, sameValue } from './card-fields.ts';
import type { CardViewer } from './card-deps.ts';
import type { Refusal } from './card-scene.ts';
import { editAsPerson, refused } from './card-scene.ts';

export interface DraftWish {
  readonly fields: Readonly<Record<string, unknown>>;
  /** What the field held when the person began to type: somebody else's newer text is not written over. */
  readonly base: Readonly<Record<string, unknown>>;
}

export type DraftResult =
  | {
      readonly kind: 'saved';
      /** Fields that somebody else changed meanwhile, with what stands there now; these were not written. */
      readonly conflicts: Readonly<Record<string, FieldValue>>;
      /** The ticket as it stands after the write. */
      readonly ticket: OneTicket;
    }
  | Refusal;

/** @param ticket as the person sees it, read right now */
export async function saveDraft(
  viewer: CardViewer,
  ticket: OneTicket,
  wish: DraftWish,
): Promise<DraftResult> {
  const { policy, snapshot } = ticket;
  const values = new Map<DraftField, FieldValue>();
  const conflicts: Record<string, FieldValue> = {};
  for (const [name, given] of Object.entries(wish.fields)) {
    const read = readOne(name, given, policy);
    if (read === null) return refused('bad-field', draftField(name, policy) ?? '');
    const stands = snapshot.record[read.key];
    if (sameValue(stands, read.value)) continue;
    if (isNewer(stands, wish.base[name])) conflicts[name] = stands;
    else values.set(read.key, read.value);
  }
  const changes = asChanges(values);
  if (values.size > 0) {
    const problem = await editAsPerson({ viewer, ticket }, { changes, moveTo: null });
    if (problem) return problem;
  }
  const record = { ...snapshot.record, ...changes };
  return { kind: 'saved', conflicts, ticket: { ...ticket, snapshot: { ...snapshot, record } } };
}

function readOne(
  name: string,
  given: unknown,
  policy: ClosingPolicy,
): { readonly key: DraftField; readonly value: FieldValue } | null {
  const key = draftField(name, policy);
  const value = key === null ? undefined : draftValue(key, given, policy);
  return key === null || value === undefined ? null : { key, value };
}

/** Without a base the page cannot have seen what it writes over: the person's text wins, as on the portal itself. */
function isNewer(stands: FieldValue, base: unknown): boolean {
  if (base === undefined) return false;
  const seen = typeof base === 'number' || typeof base === 'string' || Array.isArray(base);
  const known = seen ? (Array.isArray(base) ? base.map(String) : base) : null;
  return !sameValue(stands, known);
}
