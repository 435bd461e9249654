/** In-memory twins of the redis ports, for the app tests. */
import type {
  Journal,
  JournalEntry,
  MadeMove,
  PolicySaving,
  PolicyStore,
  ReturnEntry,
  ReturnLedger,
  ReturnStep,
  SweepState,
} from '../../src/app/ports/state.ts';
import type { ClosingPolicy, PipelineRef } from '../../src/core/policy.ts';
import { pipelineKey } from '../../src/core/policy.ts';
import type { Instant, TicketRef } from '../../src/core/ticket.ts';
import { refKey } from '../../src/core/ticket.ts';

export class FakeSweepState implements SweepState {
  inbox = new Map<string, number>();
  cursors = new Map<number, Instant>();
  seen = new Map<string, Instant>();
  waiting = new Map<string, TicketRef>();
  own = new Set<string>();
  readonly ledger: FakeLedger;

  constructor(ledger: FakeLedger) {
    this.ledger = ledger;
  }

  async readInbox(): Promise<ReadonlyMap<string, number>> {
    return new Map(this.inbox);
  }
  async inboxBeyond(_portalId: string, size: number): Promise<readonly string[] | null> {
    return this.inbox.size > size ? [...this.inbox.keys()] : null;
  }
  async settleInbox(_portalId: string, read: ReadonlyMap<string, number>): Promise<number> {
    for (const [key, version] of read) {
      if (this.inbox.get(key) === version) this.inbox.delete(key);
    }
    return this.inbox.size;
  }
  async cursor(_portalId: string, entityTypeId: number): Promise<Instant | null> {
    return this.cursors.get(entityTypeId) ?? null;
  }
  async saveCursor(_portalId: string, entityTypeId: number, at: Instant): Promise<void> {
    this.cursors.set(entityTypeId, at);
  }
  async unseen(_portalId: string, marks: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(marks.filter((mark) => !this.seen.has(mark)));
  }
  async markSeen(
    _portalId: string,
    marks: readonly { readonly mark: string; readonly movedAt: Instant }[],
    forgetBefore: Instant,
  ): Promise<void> {
    for (const { mark, movedAt } of marks) this.seen.set(mark, movedAt);
    for (const [mark, at] of this.seen) if (at < forgetBefore) this.seen.delete(mark);
  }
  async pending(): Promise<readonly TicketRef[]> {
    return [...this.waiting.values()];
  }
  async addPending(_portalId: string, refs: readonly TicketRef[]): Promise<void> {
    for (const ref of refs) this.waiting.set(refKey(ref), ref);
  }
  async removePending(_portalId: string, refs: readonly TicketRef[]): Promise<void> {
    for (const ref of refs) this.waiting.delete(refKey(ref));
  }
  async rememberOwnMoves(
    _portalId: string,
    moves: readonly { readonly ref: TicketRef; readonly stageId: string }[],
  ): Promise<void> {
    for (const move of moves) this.own.add(`${refKey(move.ref)}@${move.stageId}`);
  }
  async ownMoves(_portalId: string, moves: readonly MadeMove[]): Promise<ReadonlySet<string>> {
    const own = new Set<string>();
    for (const { ref, stageId, movedAt } of moves) {
      const announced = `${refKey(ref)}@${stageId}`;
      const made = `${announced}@${movedAt}`;
      if (this.own.has(made) || this.own.delete(announced)) own.add(refKey(ref));
      if (own.has(refKey(ref))) this.own.add(made);
    }
    return own;
  }
  async recentReturns(
    _portalId: string,
    refs: readonly TicketRef[],
    since: Instant,
  ): Promise<ReadonlyMap<string, number>> {
    return new Map(
      refs.map((ref) => [
        refKey(ref),
        this.ledger.counted.filter((done) => done.key === refKey(ref) && done.at >= since).length,
      ]),
    );
  }
}

export class FakeLedger implements ReturnLedger {
  entries = new Map<string, ReturnEntry>();
  counted: { key: string; at: Instant }[] = [];

  async claim(_portalId: string, entries: readonly ReturnEntry[]): Promise<void> {
    for (const entry of entries) this.entries.set(refKey(entry.ref), entry);
  }
  async advance(_portalId: string, refs: readonly TicketRef[], step: ReturnStep): Promise<void> {
    for (const ref of refs) {
      const entry = this.entries.get(refKey(ref));
      if (entry) this.entries.set(refKey(ref), { ...entry, step });
    }
  }
  async finish(_portalId: string, refs: readonly TicketRef[], at: Instant): Promise<void> {
    for (const ref of refs) {
      this.entries.delete(refKey(ref));
      this.counted.push({ key: refKey(ref), at });
    }
  }
  async drop(_portalId: string, refs: readonly TicketRef[]): Promise<void> {
    for (const ref of refs) this.entries.delete(refKey(ref));
  }
  async unfinished(): Promise<readonly ReturnEntry[]> {
    return [...this.entries.values()];
  }
}

export class FakeJournal implements Journal {
  lines: JournalEntry[] = [];
  async append(_portalId: string, entries: readonly JournalEntry[]): Promise<void> {
    this.lines.push(...entries);
  }
  async latest(_portalId: string, count: number): Promise<readonly JournalEntry[]> {
    return this.lines.toReversed().slice(0, count);
  }

  async ofTicket(_portalId: string, ref: TicketRef, count: number) {
    const own = this.lines.filter(
      (entry) => entry.ref !== null && refKey(entry.ref) === refKey(ref),
    );
    return own.toReversed().slice(0, count);
  }
  async since(_portalId: string, kind: JournalEntry['kind'], from: Instant) {
    return this.lines.filter((line) => line.kind === kind && line.at >= from).toReversed();
  }
  kinds(): string[] {
    return this.lines.map((line) => line.kind);
  }
}

export class FakePolicies implements PolicyStore {
  saved: ClosingPolicy[];
  private readonly savedAt = new Map<ClosingPolicy, Instant>();
  constructor(policies: ClosingPolicy[] = []) {
    this.saved = policies;
  }
  async list(): Promise<readonly ClosingPolicy[]> {
    const newest = new Map<string, ClosingPolicy>();
    for (const policy of this.saved) newest.set(pipelineKey(policy.pipeline), policy);
    return [...newest.values()];
  }
  async find(_portalId: string, pipeline: PipelineRef): Promise<ClosingPolicy | null> {
    const all = await this.list();
    return all.find((p) => pipelineKey(p.pipeline) === pipelineKey(pipeline)) ?? null;
  }
  async save(
    _portalId: string,
    policy: ClosingPolicy,
    { savedAt }: PolicySaving = {},
  ): Promise<ClosingPolicy> {
    const stored = { ...policy, version: policy.version + 1 };
    this.saved.push(stored);
    if (savedAt !== undefined) this.savedAt.set(stored, savedAt);
    return stored;
  }
  /** A policy that was there from the start was saved long ago. */
  async inForceSince(_portalId: string, pipeline: PipelineRef, since: Instant) {
    const own = this.saved
      .filter((policy) => pipelineKey(policy.pipeline) === pipelineKey(pipeline))
      .map((policy) => ({ policy, savedAt: this.savedAt.get(policy) ?? 1 }))
      .toReversed();
    const last = own.findIndex(({ savedAt }) => savedAt <= since);
    return own.slice(0, last + 1);
  }
  async version(_portalId: string, pipeline: PipelineRef, version: number) {
    return (
      this.saved.find(
        (p) => pipelineKey(p.pipeline) === pipelineKey(pipeline) && p.version === version,
      ) ?? null
    );
  }
}
