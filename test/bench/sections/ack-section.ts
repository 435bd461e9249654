import { cpus, loadavg } from 'node:os';
import { benchAcks } from '../acks.ts';
import type { Section } from '../report.ts';
import { number } from './storm-section.ts';

const SHARE = 0.7;
const P99_MS = 25;

export async function ackSection(redisUrl: string): Promise<Section> {
  const { ratio, ours, bare, p99AtHalfLoad, bareP99, cpuMicros } = await benchAcks({ redisUrl });
  const load = (loadavg()[0] ?? 0).toFixed(1);
  const cpu = `${cpuMicros.ours} µs of processor time per acknowledgement against ${cpuMicros.bare} µs of bare Express`;
  return {
    name: 'Acknowledgement of events',
    rows: [
      {
        what: 'Acknowledgements/s, durable in Redis before 200, against bare Express',
        figure: `≥ ${SHARE}`,
        ours: `${number(ours)}/s (${ratio.toFixed(2)} × ${number(bare)}/s)`,
        beside: '',
        ratio: '',
        reached: ratio >= SHARE,
      },
      {
        what: 'Acknowledgement at half that load, p99',
        figure: `≤ ${P99_MS} ms`,
        ours: `${p99AtHalfLoad.toFixed(1)} ms`,
        beside: '',
        ratio: '',
        reached: p99AtHalfLoad <= P99_MS,
      },
    ],
    notes: [
      `The median of rounds that each measure both, in alternating order, with the load coming from a process of its own; ${cpu}; load average ${load} at the end. At the rate of the p99 bare Express had ${bareP99.toFixed(1)} ms.`,
    ],
    missed: [
      ...(ratio < SHARE
        ? [
            `Acknowledgements: ${ratio.toFixed(2)} instead of ${SHARE}. ${cpuMicros.bare >= SHARE * cpuMicros.ours ? `The processor time would allow it (${cpu}): the rest is waiting, for Redis and for a core, at a load average of ${load} on ${cpus().length} cores.` : `The work itself is dearer: ${cpu}.`}`,
          ]
        : []),
      ...(p99AtHalfLoad > P99_MS
        ? [
            `Acknowledgement p99 at half load: ${p99AtHalfLoad.toFixed(1)} ms instead of ${P99_MS} ms; bare Express at the same rate took ${bareP99.toFixed(1)} ms right afterwards, at a load average of ${load} on ${cpus().length} cores.`,
          ]
        : []),
    ],
  };
}
