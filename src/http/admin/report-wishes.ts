/** What the report's page asks for, read from addresses and bodies: closed shapes, nothing else. */
import { z } from 'zod';
import type { FigureWish } from '../../app/admin/report-figure.ts';
import type { ReportHold } from '../../app/admin/report-hold.ts';
import { ticketOfKey } from '../../app/card-actions.ts';
import { dayOf, LONGEST_DAYS } from '../../core/admin/report-state.ts';
import { dateKey, dateOfDay } from '../../core/local-date.ts';
import type { PipelineRef } from '../../core/policy.ts';
import type { ReportFilter } from '../../core/report/figures.ts';
import { isFigure } from '../../core/report/figures.ts';
import type { Instant } from '../../core/ticket.ts';
import { readPipelineText } from './read-pipeline.ts';

const AGENT = /^[1-9]\d{0,9}$/;
const DAY_MS = 24 * 60 * 60_000;
const USUAL_DAYS = 30;

/** A part of the request that cannot be used. */
export type Wrong = 'dates' | 'filter' | 'figure' | 'ticket';

/** Without dates, the last thirty days; a zone east of Greenwich has its next day while it is still today there. */
export function readFilter(query: URLSearchParams, now: Instant): ReportFilter | Wrong {
  const today = Math.floor(now / DAY_MS);
  const from = query.get('from') ?? dateKey(dateOfDay(today - USUAL_DAYS + 1));
  const to = query.get('to') ?? dateKey(dateOfDay(today + 1));
  if (!isTime(from, to)) return 'dates';
  const pipeline = query.get('pipeline') || null;
  const agent = query.get('agent') || null;
  if (pipeline !== null && readPipelineText(pipeline) === null) return 'filter';
  if (agent !== null && !AGENT.test(agent)) return 'filter';
  return { from, to, pipeline, agent: agent === null ? null : Number(agent) };
}

function isTime(from: string, to: string): boolean {
  const [first, last] = [dayOf(from), dayOf(to)];
  return first !== null && last !== null && last >= first && last - first < LONGEST_DAYS;
}

export function readPipeline(query: URLSearchParams): PipelineRef | null | Wrong {
  const given = query.get('pipeline') ?? '';
  if (given === '') return null;
  return readPipelineText(given) ?? 'filter';
}

export function readFigure(query: URLSearchParams, now: Instant): FigureWish | Wrong {
  const filter = readFilter(query, now);
  if (typeof filter === 'string') return filter;
  const figure = query.get('figure') ?? '';
  if (!isFigure(figure)) return 'figure';
  return { figure, filter, after: query.get('after') ?? '' };
}

const reason = z.string().max(2000);
const ticket = z.string().max(40);
const holdSchema = z.union([
  z.strictObject({ ticket, days: z.number().int().min(1).max(1000), reason }),
  z.strictObject({ ticket, until: z.string().max(20), reason }),
  z.strictObject({ ticket, off: z.literal(true) }),
]);

export function readHold(body: unknown): ReportHold | Wrong {
  const read = holdSchema.safeParse(body);
  const ref = read.success ? ticketOfKey(read.data.ticket) : null;
  if (!read.success || ref === null) return 'ticket';
  const wish = read.data;
  if ('off' in wish) return { ref, request: { kind: 'off' } };
  const until = 'days' in wish ? { days: wish.days } : wish.until;
  return { ref, request: { kind: 'hold', until, reason: wish.reason } };
}
