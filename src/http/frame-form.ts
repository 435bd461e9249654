/** What the portal posts into a frame (PORTAL 1.3, 7.2): only the expected shapes are read, the rest is not looked at. */
import { z } from 'zod';
import { ticketOfKey } from '../app/card-actions.ts';
import type { Language } from '../app/ports/texts.ts';
import type { TicketRef } from '../core/ticket.ts';

export interface FrameForm {
  readonly memberId: string;
  /** The user's own token; never logged, never sent anywhere but to the stored portal. */
  readonly authId: string;
  readonly applicationToken: string;
  readonly placement: string;
  /** null where the page is about no ticket; what it names is shown only to who may see it. */
  readonly ref: TicketRef | null;
}

const word = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[\x21-\x7E]+$/);

const formSchema = z.object({
  member_id: z.string().regex(/^[\w.-]{1,64}$/),
  AUTH_ID: word(2000),
  APPLICATION_TOKEN: word(200),
  PLACEMENT: z.string().regex(/^[A-Z0-9_]{1,100}$/),
  PLACEMENT_OPTIONS: z.string().max(8000).optional(),
});

/** The id may come as a number or as digits; as anything else it is none. */
const tabSchema = z.object({
  ID: z
    .union([z.number(), z.string()])
    .transform(String)
    .pipe(z.string().regex(/^[1-9]\d{0,15}$/)),
});

/** «Open» of a card in the timeline opens the main page with its parameters; they travel through the browser. */
const openedSchema = z.object({ ticket: z.string().max(40) });

const DEAL = 2;
const FIRST_SMART_TYPE = 128;

/** null for anything that is no post of a portal, or of a card's tab without its ticket. */
export function readFrameForm(body: unknown, page: 'card' | 'app'): FrameForm | null {
  const read = formSchema.safeParse(body);
  if (!read.success) return null;
  const { member_id: memberId, AUTH_ID: authId, APPLICATION_TOKEN, PLACEMENT } = read.data;
  const form = { memberId, authId, applicationToken: APPLICATION_TOKEN, placement: PLACEMENT };
  const options = optionsOf(read.data.PLACEMENT_OPTIONS);
  if (page === 'app') return { ...form, ref: ticketIn(options) };
  const entityTypeId = typeOf(PLACEMENT);
  const tab = tabSchema.safeParse(options);
  if (entityTypeId === null || !tab.success) return null;
  return { ...form, ref: { entityTypeId, id: Number(tab.data.ID) } };
}

/** The type of a smart process stands in the placement's code alone. */
function typeOf(placement: string): number | null {
  if (placement === 'CRM_DEAL_DETAIL_TAB') return DEAL;
  const type = /^CRM_DYNAMIC_([1-9]\d{0,8})_DETAIL_TAB$/.exec(placement)?.[1];
  return type === undefined || Number(type) < FIRST_SMART_TYPE ? null : Number(type);
}

function optionsOf(options: string | undefined): unknown {
  try {
    return JSON.parse(options ?? '');
  } catch {
    return null;
  }
}

/** The ticket whose panel is asked for; null: the pages of administrators and leads. */
function ticketIn(options: unknown): TicketRef | null {
  const read = openedSchema.safeParse(options);
  return read.success ? ticketOfKey(read.data.ticket) : null;
}

/** The portal's codes: `ru` is Russian, everything else English. */
export function frameLanguage(query: URLSearchParams): Language | null {
  const asked = query.get('LANG');
  if (asked === null || !/^[a-z]{2}$/i.test(asked)) return null;
  return asked.toLowerCase() === 'ru' ? 'ru' : 'en';
}
