/** A robot's call (PORTAL 6.1): read strictly, and nothing of it but what is needed. Its own access token is not looked at. */
import { z } from 'zod';
import { ROBOT_CODES } from '../app/ports/robots.ts';
import type { NewRobotCall } from '../app/ports/robots.ts';
import type { TicketRef } from '../core/ticket.ts';
import { AppError } from '../errors.ts';

export interface RobotBody {
  /** null when the body names none, or nothing that could be one. */
  readonly memberId: string | null;
  readonly applicationToken: string;
  /** @throws AppError bad-event when the rest of the body is no call of one of our robots */
  readonly call: () => NewRobotCall;
}

const authSchema = z.object({
  auth: z.object({
    member_id: z.string().regex(/^[\w-]{1,64}$/),
    application_token: z.string().max(2000),
  }),
});

/** A year: longer waits are as good as endless. */
const MAX_TIMEOUT_SECONDS = 366 * 24 * 3600;

const callSchema = z.object({
  code: z.enum(ROBOT_CODES),
  event_token: z.string().regex(/^[\x21-\x7e]{1,2000}$/),
  document_id: z.tuple([z.literal('crm'), z.string().max(200), z.string().max(60)]),
  use_subscription: z.enum(['Y', 'N', '']).optional(),
  timeout_duration: z
    .string()
    .regex(/^\d{0,10}$/)
    .transform((text) => Math.min(Number(text), MAX_TIMEOUT_SECONDS))
    .optional(),
});

const DEAL = 2;
const FIRST_SMART_TYPE = 128;

/** Who calls is read first and by itself: what a stranger sends is not looked at further. */
export function readRobotBody(body: unknown): RobotBody {
  const auth = authSchema.safeParse(body).data?.auth;
  return {
    memberId: auth?.member_id ?? null,
    applicationToken: auth?.application_token ?? '',
    call: () => readCall(body),
  };
}

function readCall(body: unknown): NewRobotCall {
  const { success, data } = callSchema.safeParse(body);
  if (!success) throw badCall('shape');
  const ref = ticketOf(data.document_id[2]);
  if (ref === null) throw badCall('document');
  return {
    code: data.code,
    ref,
    eventToken: data.event_token,
    // Unset, the documentation disagrees with itself (C25): an answer to a step that does not wait does no harm.
    waits: data.use_subscription !== 'N',
    timeoutSeconds: data.timeout_duration ?? 0,
  };
}

/** `DEAL_123`, or `DYNAMIC_147_1` for an item of a smart process. */
function ticketOf(documentId: string): TicketRef | null {
  const [, type, id] = /^(?:DEAL|DYNAMIC_([1-9]\d{0,8}))_([1-9]\d{0,14})$/.exec(documentId) ?? [];
  const entityTypeId = type === undefined ? DEAL : Number(type);
  if (id === undefined || (type !== undefined && entityTypeId < FIRST_SMART_TYPE)) return null;
  return { entityTypeId, id: Number(id) };
}

function badCall(detail: string): AppError {
  return new AppError('bad-event', 'The body is no call of a robot of this app', { detail });
}
