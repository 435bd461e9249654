/** Every section, in the order of the page. A new one is a file in sections/ and a line here. */
import type { Part } from './part.ts';
import { ackSection } from './sections/ack-section.ts';
import { cardsSection } from './sections/cards-section.ts';
import { daySection } from './sections/day-section.ts';
import { growthSection } from './sections/growth-section.ts';
import { idleSection } from './sections/idle-section.ts';
import { liveSection } from './sections/live-section.ts';
import { portalsSection } from './sections/portals-section.ts';
import { readingSection } from './sections/reading-section.ts';
import { remindersSection } from './sections/reminders-section.ts';
import { reportSection } from './sections/report-section.ts';
import { restSection } from './sections/rest-section.ts';
import { startupSection } from './sections/startup-section.ts';
import { stormSection } from './sections/storm-section.ts';

const LARGE_STORM = 10_000;
const LARGE_DAY = 3000;

export const PARTS: readonly Part[] = [
  {
    ...usual('storm', '1,000 premature closings at once'),
    measure: ({ redisUrl }) => stormSection(redisUrl, 1000),
  },
  {
    ...usual('storm-large', '10,000 premature closings at once, or --size'),
    waits: true,
    measure: ({ redisUrl, size }) => stormSection(redisUrl, size ?? LARGE_STORM),
  },
  {
    // It is long, but its clock waits for the machine: beside others it would be longer, and they slower.
    ...usual('day', 'a working day of a large desk, 3,000 tickets or --size'),
    measure: ({ redisUrl, size }) => daySection(redisUrl, size ?? LARGE_DAY),
  },
  {
    ...usual('cards', '1,000 returns with cards in timelines, on an installed portal'),
    waits: true,
    measure: ({ redisUrl }) => cardsSection(redisUrl),
  },
  {
    ...usual('idle', '10,000 field edits that move nothing'),
    measure: ({ redisUrl }) => idleSection(redisUrl),
  },
  {
    ...usual('rest', 'one premature closing at rest'),
    measure: ({ redisUrl }) => restSection(redisUrl),
  },
  {
    ...usual('live', 'live moves beside bulk work, one portal beside the storm of another'),
    measure: liveSection,
  },
  {
    ...usual('acks', 'acknowledgements beside bare Express and bare node:http'),
    measure: ({ redisUrl }) => ackSection(redisUrl),
  },
  {
    ...usual('report', 'the report over a year of closings'),
    measure: ({ redisUrl }) => reportSection(redisUrl),
  },
  {
    ...usual('reading', 'hostile and ordinary client messages'),
    measure: () => Promise.resolve(readingSection()),
  },
  {
    ...usual('page', 'the client page over the wire'),
    measure: async () => (await import('./sections/page-section.ts')).pageSection(),
  },
  {
    ...usual('panel', 'first paint of the ticket panel'),
    measure: async () => (await import('./sections/panel-section.ts')).panelSection(),
  },
  {
    ...usual('portals', '10,000 idle portals in one process'),
    measure: portalsSection,
  },
  {
    ...usual('reminders', '100,000 pending reminders'),
    measure: ({ redisUrl }) => remindersSection(redisUrl),
  },
  {
    ...usual('startup', 'process start until ready'),
    measure: ({ redisUrl }) => startupSection(redisUrl),
  },
  { ...usual('growth', 'exponents at ×1, ×10, ×100'), measure: growthSection },
];

function usual(name: string, about: string) {
  return { name, about, byDefault: true, waits: false } as const;
}
