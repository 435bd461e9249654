/** How a timer stands in the queue: its job id and its data, which carry ids and the due time only. */
import { z } from 'zod';
import type { Timer, TimerKind } from '../app/ports/client.ts';
import type { TicketRef } from '../core/ticket.ts';

const dataSchema = z.object({
  portalId: z.string(),
  entityTypeId: z.int().positive(),
  id: z.int().positive(),
  cycle: z.int(),
  kind: z.enum([
    'send-request',
    'remind',
    'close',
    'document',
    'final-notice',
    'mistake-review',
    'hold-end',
    'work-goes-on',
  ]),
  dueAt: z.number(),
});
type TimerData = z.infer<typeof dataSchema>;

export interface PortalTimer {
  readonly portalId: string;
  readonly timer: Timer;
}

export function timerData(portalId: string, { ref, cycle, kind, dueAt }: Timer): TimerData {
  return { portalId, entityTypeId: ref.entityTypeId, id: ref.id, cycle, kind, dueAt };
}

/** null for data of another version of the app. */
export function readTimer(data: unknown): PortalTimer | null {
  const result = dataSchema.safeParse(data);
  if (!result.success) return null;
  const { portalId, entityTypeId, id, cycle, kind, dueAt } = result.data;
  return { portalId, timer: { ref: { entityTypeId, id }, cycle, kind, dueAt } };
}

/**
 * The two ids a timer may have (`t_2_759_remind_webhook`). A job that is firing keeps its id until it ends, and an id
 * that is taken is silently not added again: a timer set by its own firing goes to the second id.
 */
export function timerJobIds(portalId: string, ref: TicketRef, kind: TimerKind): [string, string] {
  // The queue refuses ids with a colon.
  const id = `t_${ref.entityTypeId}_${ref.id}_${kind}_${portalId.replaceAll(':', '%3A')}`;
  return [id, `${id}_next`];
}
