/** Where a worker is killed, found by what it says to the portal and to Redis: the product has no hooks for it. */
import type { Moment, Watch } from './watch.ts';

export type RoundKind = 'request' | 'reminder' | 'notice' | 'closing';

export interface Target {
  readonly kind: RoundKind;
  readonly ticketId: number;
}

export interface KillPoint {
  readonly name: string;
  readonly kinds: readonly RoundKind[];
  /** null: at a random moment. */
  readonly watch: ((target: Target) => Watch) | null;
}

const MESSAGES = ['request', 'reminder', 'notice'] as const;
const SENDS: readonly string[] = ['imopenlines.crm.message.add', 'crm.activity.add'];

const isSend = (m: Moment): boolean => m.at === 'portal-request' && SENDS.includes(m.method);
const isSent = (m: Moment): boolean => m.at === 'portal-answer' && SENDS.includes(m.method);
const outbox =
  ({ kind, ticketId }: Target, state: 'claimed' | 'sent') =>
  (m: Moment): boolean =>
    m.at === 'redis' &&
    new RegExp(`outbox:message:\\S*:2:${ticketId}:\\d+:${kind}`).test(m.text) &&
    m.text.includes(`"kind":"${state}"`);
const timerOf =
  ({ ticketId }: Target) =>
  (m: Moment): boolean =>
    m.at === 'redis' && m.text.includes(`t_2_${ticketId}_`);
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
    kinds: MESSAGES,
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
    kinds: MESSAGES,
    watch: (t) => after(outbox(t, 'sent'), t.kind === 'notice' ? isNoted : isUpdated, timerOf(t)),
  },
  { name: 'before closing', kinds: ['closing'], watch: () => after(isUpdate) },
  { name: 'closing, portal still at work', kinds: ['closing'], watch: () => late(isUpdate) },
  { name: 'closing, answer not read', kinds: ['closing'], watch: () => after(isUpdated) },
  {
    name: 'closed, before the notice is set',
    kinds: ['closing'],
    watch: (t) => after(isUpdated, timerOf(t)),
  },
  {
    name: 'closed, noted, before its mark',
    kinds: ['closing'],
    watch: () => after(isUpdated, isUpdate),
  },
  { name: 'at random', kinds: [...MESSAGES, 'closing'], watch: null },
];
