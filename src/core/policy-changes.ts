/** What differs between two versions of a policy, by the key of each setting. */
import type { ClosingPolicy } from './policy.ts';

export interface PolicyChange {
  /** `criteria.client-confirmed.strictness`, `stages.C5:WON`, `firstWaitDays` */
  readonly key: string;
  /** undefined: it was not there. */
  readonly before: unknown;
  readonly after: unknown;
}

/** In the order of keys; the version itself is no change. */
export function policyChanges(
  before: ClosingPolicy | null,
  after: ClosingPolicy,
): readonly PolicyChange[] {
  const old = settingsOf(before ?? {});
  const now = settingsOf(after);
  return [...new Set([...old.keys(), ...now.keys()])]
    .toSorted()
    .filter((key) => JSON.stringify(old.get(key)) !== JSON.stringify(now.get(key)))
    .map((key) => ({ key, before: old.get(key), after: now.get(key) }));
}

function settingsOf(policy: object): ReadonlyMap<string, unknown> {
  const { version: _own, ...rest } = Object.fromEntries(Object.entries(policy));
  return new Map(leaves(rest, ''));
}

/** Members that carry an id are named by it, so that their order does not matter; lists of plain values are one setting. */
function leaves(value: unknown, path: string): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  const members = Array.isArray(value) ? namedMembers(value) : Object.entries(value);
  if (members === null) return [[path, value]];
  return members.flatMap(([key, member]) => leaves(member, path === '' ? key : `${path}.${key}`));
}

function namedMembers(list: readonly unknown[]): readonly (readonly [string, unknown])[] | null {
  const named = list.map((member) => {
    if (typeof member !== 'object' || member === null || !('id' in member)) return null;
    const { id, ...rest } = member;
    return [String(id), rest] as const;
  });
  return named.every((member) => member !== null) && named.length > 0 ? named : null;
}
