/** A press on a button of the app's record in a timeline (ONCRMTIMELINEITEMACTION, PORTAL 2.5). */
import { z } from 'zod';
import type { TicketRef } from '../core/ticket.ts';
import type { EventBody } from './event-body.ts';

export interface PressBody {
  readonly activityId: number;
  /** As the event says; the portal is asked before it is believed. */
  readonly ref: TicketRef;
  /** Who pressed; null when the event does not tell. */
  readonly userId: number | null;
}

const CODE = 'ONCRMTIMELINEITEMACTION';

const id = z
  .string()
  .regex(/^[1-9]\d{0,15}$/)
  .transform(Number)
  .refine(Number.isSafeInteger);
const maybe = id.optional().catch(undefined);

/**
 * Parameters of the action itself travel through the browser and are not read. How the context is nested is shown nowhere:
 * flat, as the product does it, or one level down.
 */
const contextSchema = z.object({
  activityId: id,
  entityTypeId: id,
  entityId: id,
  userId: maybe,
});

export const isPress = ({ code }: EventBody): boolean => code === CODE;

/** null for an event that names no record. `auth[user_id]` is what newer portals send, `userId` in the context older ones. */
export function readPress({ data, actorId }: EventBody): PressBody | null {
  const places = [data, within(data, 'FIELDS'), within(data, 'context')];
  for (const place of places) {
    const read = contextSchema.safeParse(place);
    if (!read.success) continue;
    const { activityId, entityTypeId, entityId, userId } = read.data;
    return { activityId, ref: { entityTypeId, id: entityId }, userId: actorId ?? userId ?? null };
  }
  return null;
}

function within(data: unknown, name: string): unknown {
  return typeof data === 'object' && data !== null ? Reflect.get(data, name) : undefined;
}
