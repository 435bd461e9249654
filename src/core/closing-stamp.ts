import { derivedCloseReason } from './close-reason.ts';
import type { ClosingStamp } from './decision.ts';
import { hasText } from './evidence-text.ts';
import type { ClosingPolicy } from './policy.ts';
import { pipelineKey } from './policy.ts';
import type { Outcome, TicketRecord, TicketSnapshot } from './ticket.ts';

const MAX_RESOLUTION_LENGTH = 255;

/**
 * What a passed closing writes to the ticket (step-7: status, reason, result, time). The closing's time is the move's
 * own. Where neither a resolution nor a solution is written (duplicate, spam…), `resolution` stays '': the core knows no
 * words, so the shell writes the close reason's label from its locale.
 */
export function closingStamp(
  snapshot: TicketSnapshot,
  outcome: Outcome,
  policy: ClosingPolicy,
): ClosingStamp {
  const { record } = snapshot;
  return {
    outcome,
    closeReason: record.closeReason ?? derivedCloseReason(outcome),
    resolution: hasText(record.resolution) ? '' : firstLine(record),
    closedAt: snapshot.movedAt,
    cycle: record.cycle ?? 1,
    policyVersion: `${pipelineKey(policy.pipeline)}@${policy.version}`,
  };
}

/** The resolution was written by a closing and not by an agent; `label` names the close reason. */
export function isStampedResolution(
  record: Pick<TicketRecord, 'resolution' | 'solution'>,
  label: string,
): boolean {
  const resolution = record.resolution.trim();
  return resolution !== '' && (resolution === label.trim() || resolution === firstLine(record));
}

/** The first telling line of the solution. */
function firstLine({ solution }: Pick<TicketRecord, 'solution'>): string {
  const line = solution.split(/[\r\n]+/u).find(hasText) ?? '';
  // A cut through a surrogate pair would leave half a character, which the portal refuses or garbles.
  return line
    .trim()
    .slice(0, MAX_RESOLUTION_LENGTH)
    .replace(/[\uD800-\uDBFF]$/, '');
}
