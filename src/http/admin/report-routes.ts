/** Routes of the lead's report. Leads and administrators; every title is read with their own eyes. */
import { Router } from 'express';
import type { Response } from 'express';
import { reportFile } from '../../app/admin/report-csv.ts';
import { figurePart } from '../../app/admin/report-figure.ts';
import { holdFromReport } from '../../app/admin/report-hold.ts';
import { leadLists, typicalProblemsOf } from '../../app/admin/report-lists.ts';
import { leadReport } from '../../app/admin/report.ts';
import type { HoldResult } from '../../app/hold-ticket.ts';
import type { Hand } from '../../app/ports/frame.ts';
import { LONGEST_DAYS } from '../../core/admin/report-state.ts';
import { MAX_HOLD_DAYS, MAX_REASON_CHARACTERS } from '../../core/hold.ts';
import { sendApiError } from '../api-answer.ts';
import { queryOf, sendOk } from './answer.ts';
import type { AdminCall, On } from './call.ts';
import type { Wrong } from './report-wishes.ts';
import { readFigure, readFilter, readHold, readPipeline } from './report-wishes.ts';

export function createReportRoutes(on: On): Router {
  const router = Router();
  router.get('/api/report', on('lead', report));
  router.get('/api/report/csv', on('lead', csv));
  router.get('/api/report/tickets', on('lead', tickets));
  router.get('/api/report/lists', on('lead', lists));
  router.get('/api/report/typical', on('lead', typical));
  router.post('/api/report/hold', on('lead', hold));
  return router;
}

async function report(call: AdminCall): Promise<void> {
  const { user, deps, req, res } = call;
  const filter = readFilter(queryOf(req), deps.tools.clock.now());
  if (typeof filter === 'string') return refuse(call, filter);
  sendOk(res, { report: await leadReport(filter, user, deps) });
}

async function csv(call: AdminCall): Promise<void> {
  const { user, deps, req, res } = call;
  const query = queryOf(req);
  const filter = readFilter(query, deps.tools.clock.now());
  if (typeof filter === 'string') return refuse(call, filter);
  const separator = query.get('separator') === ',' ? ',' : ';';
  const file = await reportFile(filter, separator, { user, deps });
  const name = `closegate-${filter.from}-${filter.to}.csv`;
  res.set({
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': `attachment; filename="${name}"`,
    'Cache-Control': 'no-store',
  });
  res.send(file);
}

async function tickets(call: AdminCall): Promise<void> {
  const { user, deps, req, res } = call;
  const wish = readFigure(queryOf(req), deps.tools.clock.now());
  if (typeof wish === 'string') return refuse(call, wish);
  const hand = await handOf(call);
  if (hand === null) return;
  const part = await figurePart(wish, { user, hand, deps });
  if (part === null) return refuse(call, 'figure');
  sendOk(res, { part });
}

async function lists(call: AdminCall): Promise<void> {
  const { user, deps, req, res } = call;
  const pipeline = readPipeline(queryOf(req));
  if (typeof pipeline === 'string') return refuse(call, pipeline);
  const hand = await handOf(call);
  if (hand === null) return;
  sendOk(res, { lists: await leadLists(pipeline, user, { hand, deps }) });
}

async function typical(call: AdminCall): Promise<void> {
  const { deps, req, res } = call;
  const pipeline = readPipeline(queryOf(req));
  if (typeof pipeline === 'string') return refuse(call, pipeline);
  const hand = await handOf(call);
  if (hand === null) return;
  sendOk(res, { typical: await typicalProblemsOf(pipeline, hand, deps) });
}

async function hold(call: AdminCall): Promise<void> {
  const { user, deps, req, res } = call;
  const wish = readHold(req.body);
  if (typeof wish === 'string') return refuse(call, wish);
  const hand = await handOf(call);
  if (hand === null) return;
  const result = await holdFromReport(wish, user, { hand, deps });
  const say = (key: string, params = {}) => deps.say(user.language, key, params);
  if (result.kind === 'held') {
    const params = { number: wish.ref.id, until: result.untilText };
    return sendOk(res, { message: say('report.held', params) });
  }
  if (result.kind === 'ended' || result.kind === 'not-held') {
    return sendOk(res, { message: say(`hold.${result.kind}`, { ticket: wish.ref.id }) });
  }
  refuseHold(call, result);
}

type NotHeld = Exclude<HoldResult, { readonly kind: 'held' | 'ended' | 'not-held' }>;

function refuseHold({ user, deps, res }: AdminCall, result: NotHeld): void {
  const say = (key: string, params = {}) => deps.say(user.language, key, params);
  if (result.kind !== 'refused') {
    const message = say(`report.refused.${result.kind}`);
    return sendApiError(res, 409, { code: result.kind, message });
  }
  const limits = { days: MAX_HOLD_DAYS, limit: MAX_REASON_CHARACTERS };
  const message = result.problems
    .map((problem) => say(`hold.problem.${problem}`, limits))
    .join('. ');
  const field = result.problems[0]?.startsWith('reason') === true ? 'reason' : 'until';
  sendApiError(res, 422, { code: 'hold', message, field });
}

/** null after it has answered that the session is over: the page brings a new token. */
async function handOf({ hand, res }: AdminCall): Promise<Hand | null> {
  const own = await hand();
  if (own === null) sessionOver(res);
  return own;
}

function sessionOver(res: Response): void {
  sendApiError(res, 401, { code: 'session', message: '' });
}

function refuse({ user, deps, res }: AdminCall, why: Wrong): void {
  const message = deps.say(user.language, `report.refused.${why}`, { days: LONGEST_DAYS });
  sendApiError(res, 422, { code: why, message, field: why });
}
