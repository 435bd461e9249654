import type { Row, Section } from '../report.ts';
import { benchNaiveStorm, benchStorm, BURST, forcedSeconds } from '../storm.ts';
import type { NaiveFigures, StormFigures } from '../storm.ts';

const REQUESTS_PER_THOUSAND = 50;
const SLOWEST = 1.3;
const PER_BATCH = 50;
const PER_LIST_BATCH = 2500;
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

/** The fewest requests there can be: 50 moves and 50 comments to a batch, 50 pages of 50 to a listing, one of notices. */
function fewest(tickets: number): number {
  return 2 * Math.ceil(tickets / PER_BATCH) + Math.ceil(tickets / PER_LIST_BATCH) + 1;
}

const fewestSeconds = (tickets: number): number => forcedSeconds(fewest(tickets));

function rowsOf(ours: StormFigures, naive: NaiveFigures): readonly Row[] {
  const what = `Storm of ${number(ours.tickets)}`;
  const fits = ours.tickets <= 1000;
  return [
    {
      what: `${what}: requests until all are returned, explained and told`,
      figure: fits ? `≤ ${REQUESTS_PER_THOUSAND}` : '',
      ours: number(ours.requests),
      naive: number(naive.requests),
      ratio: ratio(ours.requests, naive.requests),
      reached: fits ? ours.requests <= REQUESTS_PER_THOUSAND : null,
    },
    {
      what: `${what}: seconds`,
      figure: fits ? '' : `≤ ${SLOWEST} × ${number(fewestSeconds(ours.tickets))}`,
      ours: ours.seconds.toFixed(1),
      naive: `≥ ${number(naive.forcedSeconds)}`,
      ratio: ratio(ours.seconds, naive.forcedSeconds),
      reached: fits ? null : ours.seconds <= SLOWEST * fewestSeconds(ours.tickets),
    },
    {
      what: `${what}: QUERY_LIMIT_EXCEEDED answers`,
      figure: '0',
      ours: number(ours.rejections),
      naive: '',
      ratio: '',
      reached: ours.rejections === 0,
    },
    {
      what: `${what}: tickets or agents not served exactly once`,
      figure: '0',
      ours: number(ours.wrong.length),
      naive: '',
      ratio: '',
      reached: ours.wrong.length === 0,
    },
  ];
}

function notes(ours: StormFigures, naive: NaiveFigures, counted: number): readonly string[] {
  const { tickets } = ours;
  const waits =
    ours.beyondBurst > 0
      ? `${number(ours.beyondBurst)} requests went beyond the burst of ${BURST} and had to wait: their number alone forces ${ours.forcedSeconds.toFixed(1)} s.`
      : `They fit the burst of ${BURST}: the rate limit forces no wait.`;
  return [
    `${ours.agents} agents move ${number(tickets)} tickets of one pipeline into the closed stage at once, each moved by its own agent; a third had waited for the client before, some have an open task or a chat. The bucket was empty before.`,
    `Requests: ${ours.breakdown}. ${waits}`,
    `The fewest possible are ${number(fewest(tickets))} (50 commands to a batch; facts not counted), which takes ${number(fewestSeconds(tickets))} s at 2 per second after the burst.`,
    `When the echoes of the app's own writes had passed too, there were ${number(ours.requestsInTheEnd)}.`,
    `The naive gate was counted to its end on a storm of ${number(counted)} with the rate limit off${counted < tickets ? ' and multiplied' : ''}; its seconds are not measured but what ${number(naive.requests)} requests force at 2 per second after the burst.`,
  ];
}

function missed(ours: StormFigures, rows: readonly Row[]): readonly string[] {
  return rows
    .filter((row) => row.reached === false)
    .map(
      (row) =>
        `${row.what}: ${row.ours} instead of ${row.figure}. The requests were ${ours.breakdown}; ${number(ours.beyondBurst)} went beyond the burst, which forces ${ours.forcedSeconds.toFixed(1)} s; ${ours.rejections} were rejected${ours.wrong.length > 0 ? `; wrong: ${ours.wrong.slice(0, 10).join(', ')}` : ''}.`,
    );
}

export const number = (value: number): string => Math.round(value).toLocaleString('en-US');

export function ratio(ours: number, naive: number): string {
  if (ours <= 0 || naive <= 0) return '';
  return ours <= naive ? `1 : ${(naive / ours).toFixed(1)}` : `${(ours / naive).toFixed(1)} : 1`;
}
