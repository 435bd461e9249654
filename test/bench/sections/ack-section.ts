import { cpus } from 'node:os';
import { benchAcks, SERVERS } from '../acks.ts';
import type { AckFigures, Measured, Which } from '../acks.ts';
import { median } from '../arithmetic.ts';
import { loadNow } from '../report.ts';
import type { Row, Section } from '../report.ts';
import { number } from './storm-section.ts';

const SHARE = 0.7;
const P99_MS = 25;
const NAMES: Readonly<Record<Which, string>> = {
  ours: 'ours',
  express: 'bare Express',
  node: 'bare node:http',
};

type Of = (which: Which, load: 'full' | 'half', pick: (one: Measured) => number) => number;

export async function ackSection(redisUrl: string): Promise<Section> {
  const figures = await benchAcks(redisUrl);
  const { rounds } = figures;
  const of: Of = (which, load, pick) => median(rounds.map((round) => pick(round[which][load])));
  const share = (of_: Which): number =>
    median(rounds.map((round) => round.ours.full.perSecond / round[of_].full.perSecond));
  const [express, node] = [share('express'), share('node')];
  const p99 = of('ours', 'half', (one) => one.p99);
  const cpu = SERVERS.map(
    (which) => `${Math.round(of(which, 'full', (one) => one.cpuMicros))} µs ${NAMES[which]}`,
  ).join(', ');
  return {
    name: 'Acknowledgement of events',
    rows: rowsOf({ express, node, p99 }, of),
    notes: notesOf(figures, of, cpu),
    missed: [
      ...(express < SHARE
        ? [
            `Acknowledgements: ${express.toFixed(2)} of bare Express instead of ${SHARE}; processor time of an acknowledgement: ${cpu}.`,
          ]
        : []),
      ...(p99 > P99_MS
        ? [
            `Acknowledgement p99 at half load: ${p99.toFixed(1)} ms instead of ${P99_MS} ms. ${blame(of)}`,
          ]
        : []),
    ],
  };
}

function rowsOf(
  { express, node, p99 }: { readonly express: number; readonly node: number; readonly p99: number },
  of: Of,
): readonly Row[] {
  const rate = (which: Which): string => `${number(of(which, 'full', (o) => o.perSecond))}/s`;
  const what = 'Acknowledgements/s, durable in Redis before 200';
  const atHalf = (which: Which): string => `${of(which, 'half', (o) => o.p99).toFixed(1)} ms`;
  return [
    {
      what: `${what}, beside bare Express`,
      figure: `≥ ${SHARE}`,
      ours: rate('ours'),
      beside: rate('express'),
      ratio: express.toFixed(2),
      reached: express >= SHARE,
    },
    {
      what: `${what}, beside bare node:http`,
      figure: '',
      ours: rate('ours'),
      beside: rate('node'),
      ratio: node.toFixed(2),
      reached: null,
    },
    {
      what: 'Acknowledgement at half of its own full load, p99 (Express, node:http at half of theirs)',
      figure: `≤ ${P99_MS} ms`,
      ours: atHalf('ours'),
      beside: `${atHalf('express')}, ${atHalf('node')}`,
      ratio: (p99 / of('express', 'half', (o) => o.p99)).toFixed(2),
      reached: p99 <= P99_MS,
    },
  ];
}

function notesOf({ rounds, delayedFsyncs }: AckFigures, of: Of, cpu: string): readonly string[] {
  const all = rounds.map(({ ours }) => ours.half.p99);
  const range = `${Math.min(...all).toFixed(1)}–${Math.max(...all).toFixed(1)}`;
  return [
    `The median of ${rounds.length} rounds that each measure all three, another one first each time; the load (32 connections) comes from a process of its own. All three parse the body with the same parser. Processor time of an acknowledgement at full load: ${cpu}.`,
    `Half load is half of what the same server has just taken in the same round. An answer's time counts from the moment its request was meant to be sent, so that requests held up behind a slow one count as slow too. p50 ${of('ours', 'half', (o) => o.p50).toFixed(1)} ms; p99 of the rounds ${range} ms; ${blame(of)} Redis put off ${delayedFsyncs} writes for the disk.`,
  ];
}

/** Where the tail comes from, as far as the run itself can tell. */
function blame(of: Of): string {
  const at = (which: Which, pick: (one: Measured) => number): string =>
    `${of(which, 'half', pick).toFixed(1)} ms`;
  return `At half load the event loop was held up for ${at('ours', (o) => o.loopMs)} at the longest (bare Express ${at('express', (o) => o.loopMs)}), a garbage collection took ${at('ours', (o) => o.gcMs)} at the longest; load average ${loadNow()} on ${cpus().length} cores, which server, Redis and the load generator share.`;
}
