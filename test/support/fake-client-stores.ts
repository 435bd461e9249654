/** In-memory twins of the client's side's redis and queue ports. */
import type {
  Admission,
  ClientAnswers,
  ClientCase,
  ClientCases,
  Delivery,
  Outbox,
  OutboxStanding,
  OutboxState,
  PostedAnswer,
  SuppressedReplies,
  SuppressedReply,
  Timer,
  TimerKind,
  Timers,
} from '../../src/app/ports/client.ts';
import type { MassClosing, MassClosings } from '../../src/app/ports/mass-closings.ts';
import type { Run, RunLog } from '../../src/app/ports/runs.ts';
import type { PortalLock } from '../../src/app/ports/state.ts';
import type { MomentLog } from '../../src/app/ports/documentation.ts';
import type { Moment } from '../../src/core/solution-times.ts';
import type { Instant, TicketRef } from '../../src/core/ticket.ts';
import { refKey } from '../../src/core/ticket.ts';

export class FakeTimers implements Timers {
  standing = new Map<string, Timer>();

  async set(_portalId: string, timer: Timer): Promise<void> {
    this.standing.set(`${refKey(timer.ref)}@${timer.kind}`, timer);
  }
  async cancel(_portalId: string, ref: TicketRef, kinds: readonly TimerKind[]): Promise<void> {
    for (const kind of kinds) this.standing.delete(`${refKey(ref)}@${kind}`);
  }
  async list(): Promise<readonly Timer[]> {
    return [...this.standing.values()];
  }
  /** Moments by which timers were told to fire that still waited. */
  promoted: Instant[] = [];

  async promoteDue(_portalId: string, now: Instant): Promise<number> {
    this.promoted.push(now);
    return [...this.standing.values()].filter(({ dueAt }) => dueAt <= now).length;
  }
  /** The earliest timer due by `until`; it still stands. */
  nextDue(until: Instant): Timer | null {
    const due = [...this.standing.values()].filter(({ dueAt }) => dueAt <= until);
    return due.toSorted((a, b) => a.dueAt - b.dueAt)[0] ?? null;
  }
  kinds(): string[] {
    return [...this.standing.values()].map(({ kind }) => kind).toSorted();
  }
  dueAt(kind: TimerKind): Instant | null {
    return [...this.standing.values()].find((timer) => timer.kind === kind)?.dueAt ?? null;
  }
}

export class FakeOutbox implements Outbox {
  states = new Map<string, OutboxState>();
  /** Far more than normal is due. */
  breakerOpen = false;
  admitted = 0;

  async claim(_portalId: string, key: string, now: Instant): Promise<OutboxState> {
    const state = this.states.get(key);
    if (!state) {
      this.states.set(key, { kind: 'claimed', at: now, foundAt: now });
      return { kind: 'new' };
    }
    return state;
  }
  async sent(_portalId: string, key: string, delivery: Delivery, at: Instant): Promise<void> {
    this.states.set(key, { kind: 'sent', delivery, at });
  }
  async release(_portalId: string, key: string): Promise<void> {
    this.states.delete(key);
  }
  /** Messages that may leave within one minute. */
  perRun = Number.POSITIVE_INFINITY;
  private readonly runs = new Map<number, number>();

  async admit(_portalId: string, _key: string, now: Instant): Promise<Admission> {
    if (this.breakerOpen) return { kind: 'stopped' };
    const minute = Math.floor(now / 60_000);
    const left = this.runs.get(minute) ?? 0;
    if (left >= this.perRun) return { kind: 'later', at: (minute + 1) * 60_000 };
    this.runs.set(minute, left + 1);
    this.admitted += 1;
    return { kind: 'go' };
  }
  async standing(_portalId: string, now: Instant): Promise<OutboxStanding> {
    const stoppedSince = this.breakerOpen ? now : null;
    return { stoppedSince, left: this.admitted, heldBack: 0, normal: 0, limit: 60 };
  }
  async resume(): Promise<void> {
    this.breakerOpen = false;
  }
}

export class FakeCases implements ClientCases {
  entries = new Map<string, ClientCase>();
  reopenedAt = new Map<string, Instant[]>();

  async save(_portalId: string, entry: ClientCase): Promise<void> {
    this.entries.set(refKey(entry.ref), entry);
  }
  async find(_portalId: string, ref: TicketRef): Promise<ClientCase | null> {
    return this.entries.get(refKey(ref)) ?? null;
  }
  async among(_portalId: string, keys: readonly string[]): Promise<readonly ClientCase[]> {
    return keys.flatMap((key) => this.entries.get(key) ?? []);
  }
  async list(): Promise<readonly ClientCase[]> {
    return [...this.entries.values()];
  }
  async remove(_portalId: string, ref: TicketRef): Promise<void> {
    this.entries.delete(refKey(ref));
  }
  async reopened(_portalId: string, ref: TicketRef, at: Instant): Promise<readonly Instant[]> {
    const times = [...(this.reopenedAt.get(refKey(ref)) ?? []), at];
    this.reopenedAt.set(refKey(ref), times);
    return times;
  }
  async reopenings(_portalId: string, ref: TicketRef): Promise<readonly Instant[]> {
    return this.reopenedAt.get(refKey(ref)) ?? [];
  }
}

export class FakeAnswers implements ClientAnswers {
  stored: PostedAnswer[] = [];

  async accept(_portalId: string, answer: PostedAnswer): Promise<boolean> {
    this.stored.push(answer);
    return true;
  }
  async waiting(): Promise<readonly PostedAnswer[]> {
    return [...this.stored];
  }
  async done(_portalId: string, answer: PostedAnswer): Promise<void> {
    this.stored = this.stored.filter((one) => one !== answer);
  }
}

export class FakeSuppressed implements SuppressedReplies {
  ledger = new Map<string, SuppressedReply>();

  async add(_portalId: string, reply: SuppressedReply): Promise<void> {
    this.ledger.set(reply.id, reply);
  }
  async list(_portalId: string, count: number): Promise<readonly SuppressedReply[]> {
    return [...this.ledger.values()].toReversed().slice(0, count);
  }
  async undo(_portalId: string, id: string): Promise<SuppressedReply | null> {
    const reply = this.ledger.get(id) ?? null;
    this.ledger.delete(id);
    return reply;
  }
}

export class FakeRuns implements RunLog {
  readonly runs: Run[] = [];

  async add(_portalId: string, run: Run): Promise<void> {
    this.runs.unshift(run);
  }
  async list(): Promise<readonly Run[]> {
    return this.runs;
  }
}

export class FakeLock implements PortalLock {
  held = new Set<string>();

  async exclusively<T>(key: string, work: () => Promise<T>): Promise<T | null> {
    if (this.held.has(key)) return null;
    this.held.add(key);
    try {
      return await work();
    } finally {
      this.held.delete(key);
    }
  }
}

export class FakeMassClosings implements MassClosings {
  runs = new Map<string, MassClosing>();

  async save(_portalId: string, run: MassClosing): Promise<void> {
    this.runs.set(run.id, { ...run, tickets: [...run.tickets] });
  }
  async find(_portalId: string, id: string): Promise<MassClosing | null> {
    return this.runs.get(id) ?? null;
  }
}

export class FakeMoments implements MomentLog {
  noted = new Map<string, Moment[]>();

  async note(_portalId: string, ref: TicketRef, moment: Moment): Promise<void> {
    const known = this.noted.get(refKey(ref)) ?? [];
    this.noted.set(refKey(ref), [...known, moment]);
  }
  async list(_portalId: string, ref: TicketRef): Promise<readonly Moment[]> {
    return this.noted.get(refKey(ref)) ?? [];
  }
}
