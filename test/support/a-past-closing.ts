/** A closing of the past that would have passed; a test overrides what its case is about. */
import type { PastClosing } from '../../src/core/audit/past-closing.ts';
import { pastClosing } from '../../src/core/audit/past-closing.ts';
import { policyForPast } from '../../src/core/audit/blind-criteria.ts';
import { decideClosing } from '../../src/core/decide-closing.ts';
import type { ClosingPolicy } from '../../src/core/policy.ts';
import { aPolicy } from './a-policy.ts';
import type { TicketOverrides } from './a-ticket.ts';
import { aTicket, NOON } from './a-ticket.ts';

/** Judged as the audit judges it. */
export function aPastClosing(
  ticket: TicketOverrides = {},
  policy: ClosingPolicy = aPolicy(),
): PastClosing {
  const snapshot = aTicket(ticket);
  const context = { now: NOON, recentReturns: 0 };
  return pastClosing(snapshot, policy, decideClosing(snapshot, policyForPast(policy), context));
}

/** As before any setup: the app has no field on the card. */
export function withoutFields(policy: ClosingPolicy): ClosingPolicy {
  const names = Object.keys(policy.fields).map((key) => [key, '']);
  return { ...policy, fields: { ...policy.fields, ...Object.fromEntries(names) } };
}
