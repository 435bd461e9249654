import type { Row, Section } from '../report.ts';
import { BURST, forcedSeconds, OPERATING_SECONDS, PER_SECOND, stormBound } from '../arithmetic.ts';
import type { StormBound } from '../arithmetic.ts';
import { benchNaiveStorm, benchStorm } from '../storm.ts';
import type { NaiveFigures, StormFigures } from '../storm.ts';

const REQUESTS_PER_THOUSAND = 50;
const SLOWEST = 1.3;
const NAIVE_WORSE = 50;
/** Above this the naive storm is too long to wait for, and every thousand costs it the same. */
const NAIVE_COUNTED = 1000;

export async function stormSection(redisUrl: string, tickets: number): Promise<Section> {
  const ours = await benchStorm(redisUrl, { tickets });
  const counted = Math.min(tickets, NAIVE_COUNTED);
  const naive = scaled(await benchNaiveStorm(counted), tickets / counted);
  const rows = rowsOf(ours, naive);
  return {
    name: `Storm of ${number(tickets)} premature closings`,
    rows,
    notes: notes(ours, naive, counted),
    missed: missed(ours, rows),
  };
}

function scaled({ requests }: NaiveFigures, factor: number): NaiveFigures {
  const all = Math.round(requests * factor);
  return { requests: all, forcedSeconds: forcedSeconds(all) };
}

const boundOf = ({ tickets, agents, operating }: StormFigures): StormBound =>
  stormBound(
    tickets,
    agents,
    operating.map(([, seconds]) => seconds),
  );

function rowsOf(ours: StormFigures, naive: NaiveFigures): readonly Row[] {
  const what = `Storm of ${number(ours.tickets)}`;
  const fits = ours.tickets <= 1000;
  const bound = boundOf(ours);
  const row = (name: string, own: Partial<Row>): Row => ({
    figure: '',
    ours: '',
    beside: '',
    ratio: '',
    reached: null,
    ...own,
    what: `${what}: ${name}`,
  });
  const overBound = ours.seconds / bound.seconds;
  const timesWorse = naive.requests / ours.requests;
  return [
    row('requests until all are returned, explained and told, beside the bound', {
      figure: fits ? `≤ ${REQUESTS_PER_THOUSAND}` : '',
      ours: number(ours.requests),
      beside: `bound ${number(bound.requests)}`,
      ratio: (ours.requests / bound.requests).toFixed(2),
      reached: fits ? ours.requests <= REQUESTS_PER_THOUSAND : null,
    }),
    row('requests beside the naive gate', {
      figure: `naive ≥ ${NAIVE_WORSE} ×`,
      ours: number(ours.requests),
      beside: `naive ${number(naive.requests)}`,
      ratio: ratio(ours.requests, naive.requests),
      reached: timesWorse >= NAIVE_WORSE,
    }),
    row('seconds beside the bound', {
      figure: fits ? '' : `≤ ${SLOWEST} × bound`,
      ours: ours.seconds.toFixed(1),
      beside: `bound ${number(bound.seconds)}`,
      ratio: bound.seconds === 0 ? '' : overBound.toFixed(2),
      reached: fits ? null : overBound <= SLOWEST,
    }),
    row('seconds beside the naive gate', {
      ours: ours.seconds.toFixed(1),
      beside: `naive ≥ ${number(naive.forcedSeconds)}`,
      ratio: ratio(ours.seconds, naive.forcedSeconds),
    }),
    row('requests that waited for the budget, seconds in all', {
      ours: `${number(ours.waits.count)}, ${ours.waits.seconds.toFixed(0)} s`,
      beside: `bound ${number(Math.max(0, bound.requests - BURST))}, ${number(bound.rateSeconds)} s`,
    }),
    row('requests the portal rejected (QUERY_LIMIT_EXCEEDED, OPERATION_TIME_LIMIT)', {
      figure: '0',
      ours: number(ours.rejections),
      reached: ours.rejections === 0,
    }),
    row('tickets or agents not served exactly once', {
      figure: '0',
      ours: number(ours.wrong.length),
      reached: ours.wrong.length === 0,
    }),
  ];
}

function notes(ours: StormFigures, naive: NaiveFigures, counted: number): readonly string[] {
  const { tickets } = ours;
  const bound = boundOf(ours);
  const dearest = ours.operating.toSorted((a, b) => b[1] - a[1])[0] ?? ['', 0];
  const perCall = (OPERATING_SECONDS * 1000) / tickets;
  return [
    `${ours.agents} agents move ${number(tickets)} tickets of one pipeline into the closed stage at once, each moved by its own agent; a third had waited for the client before, some have an open task or a chat. The bucket was empty before.`,
    `Bound: ${bound.listing} requests to list (pages of 50, 50 of them to a batch) + ${bound.moves} to return and ${bound.explanations} to explain (50 commands to a batch) + ${bound.notices} of notices = ${number(bound.requests)}, which takes ${number(bound.rateSeconds)} s at ${PER_SECOND} per second after the burst of ${BURST}. What has to be read for judging (stage history, open work) is not in it, so that nothing can be faster. Operating time forces ${number(bound.operatingSeconds)} s more: the dearest method was ${dearest[0]} with ${dearest[1].toFixed(1)} of its ${OPERATING_SECONDS} s in ten minutes; it would be the tighter limit from ${perCall.toFixed(0)} ms a call on.`,
    `Requests: ${ours.breakdown}. When the echoes of the app's own writes had passed too, there were ${number(ours.requestsInTheEnd)}.`,
    `The naive gate was counted to its end on a storm of ${number(counted)} with the rate limit off${counted < tickets ? ' and multiplied' : ''}; its seconds are not measured but what ${number(naive.requests)} requests force at ${PER_SECOND} per second after the burst.`,
  ];
}

function missed(ours: StormFigures, rows: readonly Row[]): readonly string[] {
  return rows
    .filter((row) => row.reached === false)
    .map(
      (row) =>
        `${row.what}: ${row.ours} instead of ${row.figure}. The requests were ${ours.breakdown}; ${number(ours.waits.count)} waited ${ours.waits.seconds.toFixed(0)} s for the budget; ${ours.rejections} were rejected${ours.wrong.length > 0 ? `; wrong: ${ours.wrong.slice(0, 10).join(', ')}` : ''}.`,
    );
}

export const number = (value: number): string => Math.round(value).toLocaleString('en-US');

export function ratio(ours: number, naive: number): string {
  if (ours <= 0 || naive <= 0) return '';
  return ours <= naive ? `1 : ${(naive / ours).toFixed(1)}` : `${(ours / naive).toFixed(1)} : 1`;
}
