/** Issue 4, point 11: the list "close tomorrow" against what the real use cases then close. */
import { describe, expect, test } from '@jest/globals';
import type { OpenWork } from '../../src/core/ticket.ts';
import { gatherLists } from '../../src/app/ticket-lists.ts';
import type { TicketFacts } from '../../src/app/ports/tickets.ts';
import { nextWorkingDay } from '../../src/core/ticket-lists.ts';
import { dayNumber } from '../../src/core/local-date.ts';
import type { ClosingPolicy } from '../../src/core/policy.ts';
import type { Instant, TicketRecord, TicketRef } from '../../src/core/ticket.ts';
import { refKey } from '../../src/core/ticket.ts';
import { aClientScene } from '../support/a-client-side.ts';
import type { ClientScene } from '../support/a-client-side.ts';
import { PORTAL } from '../support/a-gate.ts';
import { aConversation, known, MINUTE } from '../support/a-ticket.ts';
import { instant } from '../support/a-working-time.ts';

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TICKETS = 60;
const SCENES = 9;
/** Replies are read and timers compared with tickets; the service does it more often. */
const PASS = 2 * HOUR;

/** Mulberry32: the same story for the same seed. */
function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The week of 9 March 2026, with holidays, a working Saturday, and zones on both sides of Greenwich. */
const CALENDARS: readonly Partial<ClosingPolicy>[] = [
  {},
  { daysOff: ['2026-03-12'] },
  { daysOff: ['2026-03-11', '2026-03-12'], workDays: ['2026-03-14'] },
  { timeZone: 'Asia/Vladivostok', secondWaitDays: 2 },
  { timeZone: 'America/New_York', firstWaitDays: 2 },
  { workDays: ['2026-03-14', '2026-03-15'] },
];

class Week {
  readonly scene: ClientScene;
  readonly roll: () => number;
  readonly start: Instant;

  constructor(seed: number) {
    this.roll = dice(seed);
    this.start = instant('2026-03-09 00:00') + Math.floor(this.roll() * 24) * HOUR;
    this.scene = aClientScene(CALENDARS[seed % CALENDARS.length], this.start);
  }

  chance(share: number): boolean {
    return this.roll() < share;
  }

  /** What happens until the list is read: tickets come to wait, and their people and clients do things. */
  async live(until: Instant): Promise<void> {
    const events = Array.from({ length: TICKETS * 2 }, (_, n) => ({
      at: this.start + Math.floor(this.roll() * (until - this.start)),
      id: 1 + (n % TICKETS),
    })).toSorted((a, b) => a.at - b.at);
    const born = new Set<number>();
    for (const { at, id } of events) {
      if (at >= this.scene.now + PASS) await this.pass(at);
      else await this.scene.until(at);
      if (born.has(id)) this.something({ entityTypeId: 2, id });
      else {
        born.add(id);
        this.put(id);
        await this.scene.sweep();
      }
    }
    await this.pass(until);
  }

  /** The clock goes on with the service's regular passes. */
  async pass(until: Instant): Promise<void> {
    const { scene } = this;
    for (let at = scene.now + PASS; at < until; at += PASS) {
      await scene.until(at);
      await scene.scan();
      await scene.reconcile();
    }
    await scene.until(until);
    await scene.scan();
    await scene.reconcile();
    await scene.until(until);
  }

  put(id: number): void {
    const missing: Partial<TicketRecord>[] = [
      ...Array.from({ length: 12 }, () => ({})),
      { cause: '' },
      { kbDecision: null },
      { outcome: 'product-update' },
      { holdUntil: this.scene.now + DAY, holdReason: 'Клиент в отпуске' },
      { holdReason: 'Клиент в отпуске' },
      { solution: '' },
    ];
    const record = missing[Math.floor(this.roll() * missing.length)] ?? {};
    this.scene.put({ ref: { entityTypeId: 2, id }, record });
  }

  something(ref: TicketRef): void {
    const { scene } = this;
    const roll = this.roll();
    if (roll < 0.15) {
      const holdUntil = scene.now + Math.floor(this.roll() * 60) * HOUR;
      this.edit(ref, { holdUntil, holdReason: 'Клиент просил подождать' });
    } else if (roll < 0.25) this.edit(ref, { holdUntil: null, holdReason: '' });
    else if (roll < 0.35) this.facts(ref, { openWork: known([this.task()]) });
    else if (roll < 0.45) this.facts(ref, { openWork: known([]) });
    else if (roll < 0.5) this.edit(ref, { cause: '' });
    else if (roll < 0.6) this.edit(ref, { cause: 'Истёк сертификат', kbDecision: 'created' });
    else if (roll < 0.65) this.writes(ref, 'Когда заработает второй вход?');
    else if (roll < 0.72) this.writes(ref, 'Я в отпуске до 20 марта', 'Автоответ: отпуск');
    else if (roll < 0.78) this.edit(ref, { outcome: 'product-update' });
    else if (roll < 0.84) this.edit(ref, { outcome: null });
    else if (roll < 0.86) scene.channels.reach = [];
    else scene.channels.reach = ['chat', 'email', 'to-do'];
  }

  task(): OpenWork {
    return { kind: 'task', id: 5, title: 'Проверить камеру' };
  }

  edit(ref: TicketRef, changes: Partial<TicketRecord>): void {
    const head = this.scene.tickets.heads.get(refKey(ref));
    if (head) {
      const record = { ...head.record, ...changes };
      this.scene.tickets.heads.set(refKey(ref), { ...head, record });
    }
  }

  facts(ref: TicketRef, change: Partial<TicketFacts>): void {
    const { facts } = this.scene.tickets;
    const standing = facts.get(refKey(ref));
    if (standing) facts.set(refKey(ref), { ...standing, ...change });
  }

  writes(ref: TicketRef, text: string, subject = 'Re: обращение'): void {
    const { at } = this.scene.writes(text, { ref, subject });
    this.facts(ref, { conversation: aConversation(at, null) });
  }

  /** Numbers of the tickets that were closed on silence on that day. */
  closedOn(day: number, zoneOf: (at: Instant) => number): readonly number[] {
    const heads = [...this.scene.tickets.heads.values()];
    return heads
      .filter(({ record }) => record.outcome === 'no-answer' && record.closedAt !== null)
      .filter(({ record }) => zoneOf(record.closedAt ?? 0) === day)
      .map(({ ref }) => ref.id);
  }
}

interface Verdict {
  readonly foretold: number;
  readonly closed: number;
  readonly right: number;
  readonly wrong: readonly string[];
}

/** Reads the list at some moment of the week, then lets the next working day go by. */
async function playWeek(seed: number): Promise<Verdict> {
  const week = new Week(seed);
  const { scene, start } = week;
  await week.live(start + DAY + Math.floor(week.roll() * 72) * HOUR);
  // An outage of every channel that goes on would be something that happens.
  scene.channels.reach = ['chat', 'email', 'to-do'];
  const [policy] = await scene.deps.policies.list(PORTAL);
  if (!policy) throw new Error('the scene has a policy');
  const time = await scene.deps.workingTime(policy);
  const lists = await gatherLists(PORTAL, null, scene.deps);
  const foretold = lists['close-tomorrow'].map(({ ticket }) => ticket.snapshot.ref.id);
  const day = nextWorkingDay(scene.now, time);
  if (day === null) throw new Error('the calendar has working days');
  const { zone } = time;
  const dayOf = (at: Instant): number => dayNumber(zone.localOf(at));
  while (dayOf(scene.now) <= dayNumber(day)) await week.pass(scene.now + 4 * HOUR);
  const closed = week.closedOn(dayNumber(day), dayOf);
  const right = closed.filter((id) => foretold.includes(id)).length;
  const wrong = [
    ...closed.filter((id) => !foretold.includes(id)).map((id) => `${seed}: ${id} not foretold`),
    ...foretold.filter((id) => !closed.includes(id)).map((id) => `${seed}: ${id} not closed`),
  ];
  return { foretold: foretold.length, closed: closed.length, right, wrong };
}

describe('the list "close tomorrow"', () => {
  test('names what silence really closes on the next working day, and nothing else', async () => {
    const weeks: Verdict[] = [];
    for (let seed = 1; seed <= SCENES; seed += 1) weeks.push(await playWeek(seed));

    const sum = (key: 'foretold' | 'closed' | 'right'): number =>
      weeks.reduce((total, week) => total + week[key], 0);
    expect(weeks.flatMap(({ wrong }) => wrong)).toEqual([]);
    expect(sum('right') / sum('foretold')).toBeGreaterThanOrEqual(0.99);
    expect(sum('right') / sum('closed')).toBeGreaterThanOrEqual(0.99);
    // The weeks hold enough closings for that share to say something.
    expect(sum('closed')).toBeGreaterThan(60);
  }, 300_000);
});
