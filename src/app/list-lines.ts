/** The rows of the lead's lists in words: one line of what matters about each ticket. */
import type { PipelineRef } from '../core/policy.ts';
import type { ListBlocker, ListedTicket } from '../core/list-blockers.ts';
import type { ListName, TicketLists } from '../core/ticket-lists.ts';
import type { Instant, TicketRef } from '../core/ticket.ts';
import { wallTime } from './message-context.ts';
import { cycleOf } from './one-ticket.ts';

/** Sentences by key in one language. */
export type Speak = (key: string, params?: Readonly<Record<string, string | number>>) => string;

export interface ListLine {
  readonly ref: TicketRef;
  readonly cycle: number;
  readonly title: string;
  readonly assigneeId: number;
  readonly pipeline: PipelineRef;
  readonly note: string;
}

export function listLines(lists: TicketLists, name: ListName, speak: Speak): readonly ListLine[] {
  switch (name) {
    case 'waiting':
      return lists.waiting.map((row) => lineOf(row.ticket, waitingNote(row, speak)));
    case 'blocked':
      return lists.blocked.map(({ ticket, blockers }) => {
        const said = blockers.map((blocker) => blockerWords(blocker, ticket, speak));
        return lineOf(ticket, [...new Set(said)].join('; '));
      });
    case 'close-tomorrow':
      return lists['close-tomorrow'].map(({ ticket, closeAt }) =>
        lineOf(ticket, speak('lists.note.closes', { at: at(closeAt, ticket) })),
      );
    case 'came-back':
      return lists['came-back'].map((row) => lineOf(row.ticket, cameBackNote(row, speak)));
    case 'wait-for-release':
      return lists['wait-for-release'].map(({ ticket, productVersion }) =>
        lineOf(ticket, productVersion.trim() || speak('lists.note.no-version')),
      );
    case 'overdue-reviews':
      return lists['overdue-reviews'].map((row) => {
        const params = { at: at(row.dueAt, row.ticket), missing: missingOf(row, speak) };
        return lineOf(row.ticket, speak('lists.note.review', params));
      });
  }
}

function lineOf(ticket: ListedTicket, note: string): ListLine {
  const { ref, title, assigneeId } = ticket.snapshot;
  const { pipeline } = ticket.policy;
  return { ref, cycle: cycleOf(ticket), title, assigneeId, pipeline, note };
}

const at = (instant: Instant, { time }: ListedTicket): string => wallTime(instant, time);

function waitingNote(row: TicketLists['waiting'][number], speak: Speak): string {
  const { ticket, askedAt, remindedAt, remindAt, closeAt } = row;
  if (askedAt === null) return speak('lists.note.to-be-asked');
  const say = (instant: Instant | null): string =>
    instant === null ? speak('lists.note.never') : at(instant, ticket);
  const { channel } = ticket;
  const way = channel === null ? '' : `, ${speak(`client.channel.${channel}`)}`;
  const params = { asked: `${say(askedAt)}${way}`, close: say(closeAt) };
  return remindedAt === null
    ? speak('lists.note.asked', { ...params, remind: say(remindAt) })
    : speak('lists.note.reminded', { ...params, reminded: say(remindedAt) });
}

function blockerWords(blocker: ListBlocker, ticket: ListedTicket, speak: Speak): string {
  switch (blocker.kind) {
    case 'gap':
      return speak(`brief.${blocker.gap.code}`, blocker.gap.params);
    case 'held': {
      const until = at(blocker.until, ticket);
      const reason = ticket.snapshot.record.holdReason.trim();
      const key = reason === '' ? 'lists.blocker.held' : 'lists.blocker.held-because';
      return speak(key, { until, reason });
    }
    case 'hold-without-end':
    case 'product-update':
    case 'unread-fact':
    case 'client-wrote':
    case 'undelivered':
    case 'no-closed-stage':
      return speak(`lists.blocker.${blocker.kind}`);
  }
}

function cameBackNote(row: TicketLists['came-back'][number], speak: Speak): string {
  const { cycle, returns, cause } = row;
  if (cycle <= 1) return speak('lists.note.returned', { count: returns });
  const missing = missingOf(row, speak);
  const named = cause === null ? '' : speak(`field.mistakeCause.${cause}`);
  if (missing === '') return speak('lists.note.reviewed', { cycle, cause: named });
  return speak('lists.note.came-back', { cycle, missing });
}

function missingOf(
  { cause, hasMeasure }: Pick<TicketLists['came-back'][number], 'cause' | 'hasMeasure'>,
  speak: Speak,
): string {
  return [
    ...(cause === null ? [speak('field.mistakeCause')] : []),
    ...(hasMeasure ? [] : [speak('field.mistakeMeasure')]),
  ].join(', ');
}
