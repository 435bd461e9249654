/** Where a worker is killed, found by what it says to the portal and to Redis: the product has no hooks for it. */
import { returnPoints } from './return-points.ts';
import type { Moment, Watch } from './watch.ts';

/**
 * A message that falls due; `closing`: on silence; `answered`: by the client's own "solved"; `reopened`: by the client's
 * "not solved" after the closing; `returned`: no message, a premature closing is put back and explained.
 */
export type RoundKind =
  'request' | 'reminder' | 'notice' | 'closing' | 'answered' | 'reopened' | 'returned';

export interface Target {
  readonly kind: RoundKind;
  /** Or whichever ticket comes to the point first. */
  readonly ticketId: number | typeof ANY_TICKET;
}

/** As a part of a pattern. */
export const ANY_TICKET = '\\d+';

export interface KillPoint {
  readonly name: string;
  readonly kinds: readonly RoundKind[];
  /** null: at a random moment. */
  readonly watch: ((target: Target) => Watch) | null;
}

const MESSAGES = ['request', 'reminder', 'notice', 'reopened'] as const;
/** Messages after which something is written to the ticket. */
const NOTED = ['request', 'reminder', 'notice'] as const;
/** What the app does to the ticket by its own hand. */
const CLOSINGS = ['closing', 'answered'] as const;
const CHANGES = [...CLOSINGS, 'reopened'] as const;
const SENDS: readonly string[] = ['imopenlines.crm.message.add', 'crm.activity.add'];

const isSend = (m: Moment): boolean => m.at === 'portal-request' && SENDS.includes(m.method);
const isSent = (m: Moment): boolean => m.at === 'portal-answer' && SENDS.includes(m.method);
const outbox =
  ({ kind, ticketId }: Target, state: 'claimed' | 'sent') =>
  (m: Moment): boolean =>
    m.at === 'redis' &&
    new RegExp(
      `outbox:message:\\S*:2:${ticketId}:\\d+:${kind === 'reopened' ? 'work-goes-on' : kind}`,
    ).test(m.text) &&
    m.text.includes(`"kind":"${state}"`);
const timerOf =
  ({ ticketId }: Target) =>
  (m: Moment): boolean =>
    m.at === 'redis' && new RegExp(`t_2_${ticketId}_`).test(m.text);
/** The client's answer as it waits in the store. */
const takesAnswerOff =
  ({ ticketId }: Target) =>
  (m: Moment): boolean =>
    m.at === 'redis' &&
    /hdel/i.test(m.text) &&
    new RegExp(`client:answers\\S*[^]*2:${ticketId}`).test(m.text);
const updates = (m: Moment): boolean =>
  m.at !== 'redis' && m.method === 'batch' && m.body.includes('crm.item.update');
/** The first thing written to the ticket after its message. */
const isNoted = (m: Moment): boolean =>
  m.at === 'portal-answer' &&
  (updates(m) || m.method.endsWith('.add') || /crm\.timeline\.\w+\.add/.test(m.body));

/** Dies at the moment that fits the last of these, seen in this order. */
function after(...steps: readonly ((moment: Moment) => boolean)[]): Watch {
  let seen = 0;
  return (moment) => {
    if (steps[seen]?.(moment)) seen += 1;
    return seen === steps.length ? 'kill' : 'pass';
  };
}

const late =
  (fits: (moment: Moment) => boolean): Watch =>
  (moment) =>
    fits(moment) ? 'kill-and-deliver-late' : 'pass';
const isRequest = (m: Moment): boolean => m.at === 'portal-request';
const isUpdate = (m: Moment): boolean => isRequest(m) && updates(m);
const isUpdated = (m: Moment): boolean => m.at === 'portal-answer' && updates(m);

export const KILL_POINTS: readonly KillPoint[] = [
  { name: 'before claim', kinds: MESSAGES, watch: (t) => after(outbox(t, 'claimed')) },
  { name: 'after claim, before send', kinds: MESSAGES, watch: () => after(isSend) },
  { name: 'during send, portal still at work', kinds: MESSAGES, watch: () => late(isSend) },
  { name: 'during send, answer not read', kinds: MESSAGES, watch: () => after(isSent) },
  { name: 'after send, before mark', kinds: MESSAGES, watch: (t) => after(outbox(t, 'sent')) },
  {
    name: 'after mark, before the fields',
    kinds: MESSAGES,
    watch: (t) => after(outbox(t, 'sent'), isRequest),
  },
  {
    name: 'ticket written, answer not read',
    kinds: NOTED,
    watch: (t) => after(outbox(t, 'sent'), t.kind === 'notice' ? isNoted : isUpdated),
  },
  {
    name: 'before the timer',
    kinds: ['request', 'reminder'],
    watch: (t) => after(outbox(t, 'sent'), timerOf(t)),
  },
  {
    name: 'old timer removed, new one not set',
    kinds: ['request', 'reminder'],
    watch: (t) => after(outbox(t, 'sent'), timerOf(t), timerOf(t), timerOf(t)),
  },
  {
    name: 'after the fields',
    kinds: NOTED,
    watch: (t) => after(outbox(t, 'sent'), t.kind === 'notice' ? isNoted : isUpdated, timerOf(t)),
  },
  { name: 'before the change', kinds: CHANGES, watch: () => after(isUpdate) },
  { name: 'change, portal still at work', kinds: CHANGES, watch: () => late(isUpdate) },
  { name: 'change, answer not read', kinds: CHANGES, watch: () => after(isUpdated) },
  {
    name: 'changed, before the next timer',
    kinds: CHANGES,
    watch: (t) => after(isUpdated, timerOf(t)),
  },
  {
    name: 'closed, noted, before its mark',
    kinds: ['closing'],
    watch: () => after(isUpdated, isUpdate),
  },
  {
    name: 'answer worked off, not taken off',
    kinds: ['answered', 'reopened'],
    watch: (t) => after(takesAnswerOff(t)),
  },
  { name: 'at random', kinds: [...MESSAGES, ...CLOSINGS], watch: null },
];

/** Apart from those: the seeded run (`npm run chaos`) draws from the points above, and its plans are to stay what they are. */
export const RETURN_POINTS: readonly KillPoint[] = returnPoints(after);
