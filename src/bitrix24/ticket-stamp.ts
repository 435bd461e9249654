/** What a passed closing writes onto the ticket, and whether it stands there afterwards. */
import type { ClosingStamp } from '../core/decision.ts';
import type { ChoiceField, ClosingPolicy } from '../core/policy.ts';
import { AppError } from '../errors.ts';
import type { ParamValue } from './batch-command.ts';
import { isoOf } from './read-value.ts';
import type { Json } from './read-value.ts';
import { readRecord } from './ticket-fields.ts';

/** @throws AppError policy-invalid when the policy has no list item for a code */
export function stampFields(
  stamp: ClosingStamp,
  policy: ClosingPolicy,
): Readonly<Record<string, ParamValue>> {
  const { fields } = policy;
  return {
    [fields.outcome]: optionId(policy, 'outcome', stamp.outcome),
    [fields.closeReason]: optionId(policy, 'closeReason', stamp.closeReason),
    [fields.closedAt]: isoOf(stamp.closedAt),
    [fields.cycle]: stamp.cycle,
    [fields.policyVersion]: stamp.policyVersion,
    ...(stamp.resolution === '' ? {} : { [fields.resolution]: stamp.resolution }),
  };
}

/** @throws AppError policy-invalid when the policy has no list item for the code */
export function optionId(policy: ClosingPolicy, key: ChoiceField, code: string): number {
  const id = policy.options[key][code];
  if (id === undefined) {
    throw new AppError('policy-invalid', 'A list item is missing: run the setup again.', {
      detail: `${key}:${code}`,
    });
  }
  return id;
}

/** Names of the stamp's fields that the re-read item does not hold; unknown fields are ignored without an error. */
export function stampMismatches(
  item: Json,
  stamp: ClosingStamp,
  policy: ClosingPolicy,
): readonly string[] {
  const record = readRecord(item, policy);
  const second = (at: number | null): number => Math.floor((at ?? 0) / 1000);
  const checks: readonly (readonly [string, boolean])[] = [
    ['outcome', record.outcome === stamp.outcome],
    ['closeReason', record.closeReason === stamp.closeReason],
    ['closedAt', second(record.closedAt) === second(stamp.closedAt)],
    ['cycle', record.cycle === stamp.cycle],
    ['policyVersion', record.policyVersion === stamp.policyVersion.trim()],
    ['resolution', stamp.resolution === '' || sameText(record.resolution, stamp.resolution)],
  ];
  return checks.filter(([, holds]) => !holds).map(([name]) => name);
}

/** The portal may turn line ends and trim; that is not another text. */
export function sameText(one: string, other: string): boolean {
  return normalText(one) === normalText(other);
}

export function normalText(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
