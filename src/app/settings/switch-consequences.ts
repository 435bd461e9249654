/** What enforcing instead of observing would mean for the tickets that stand there today. */
import type { SwitchConsequences } from '../../core/admin/settings-state.ts';
import type { ClosingPolicy } from '../../core/policy.ts';
import type { StandingWish } from '../ports/settings.ts';
import type { Speak } from './settings-deps.ts';

type Counted = Pick<ClosingPolicy, 'stages' | 'cutoff'>;

/** What to count: closed, closed since the cut-off, open. */
export function standingWishes(
  { stages, cutoff }: Counted,
  allStages: readonly string[],
): readonly StandingWish[] {
  const roleOf = (stageId: string) => stages[stageId] ?? 'work';
  const closed = allStages.filter((stageId) => roleOf(stageId).startsWith('closed:'));
  const open = allStages.filter((stageId) =>
    ['work', 'awaiting-confirmation', 'gate'].includes(roleOf(stageId)),
  );
  return [{ stageIds: closed }, { stageIds: closed, movedSince: cutoff }, { stageIds: open }];
}

/** @param counts in the order of the wishes */
export function switchConsequences(
  policy: ClosingPolicy,
  counts: readonly (number | null)[],
  speak: Speak,
): SwitchConsequences {
  const [closed = null, sinceCutoff = null, open = null] = counts;
  const blocking = policy.criteria.filter(({ strictness }) => strictness === 'block').length;
  const justify = policy.criteria.filter(({ strictness }) => strictness === 'justify').length;
  return {
    closed,
    sinceCutoff,
    open,
    sentences: [
      ...(open === null ? [] : [speak('settings.switch.open', { count: open })]),
      ...(closed === null ? [] : [speak('settings.switch.closed', { count: closed })]),
      ...(sinceCutoff ? [speak('settings.switch.since-cutoff', { count: sinceCutoff })] : []),
      speak('settings.switch.criteria', { blocking, justify }),
      ...(policy.overriders.length === 0 ? [speak('settings.switch.nobody-overrides')] : []),
      speak('settings.switch.client'),
    ],
  };
}
