/** In-memory twins of what the commands read: a journal's lines, policy versions, and what may be erased. */
import type {
  ChainReport,
  ClientRecords,
  JournalArchive,
  JournalLine,
  NewestWish,
  PolicyArchive,
  PolicyVersion,
  TicketsOfClient,
} from '../../src/app/ports/journal.ts';
import type { JournalEntry } from '../../src/core/journal-entry.ts';
import { pipelineKey } from '../../src/core/policy.ts';
import { isAgents } from '../../src/core/report/by-agent.ts';
import { foldJournal } from '../../src/core/report/counters.ts';
import type { TicketRef } from '../../src/core/ticket.ts';
import { refKey } from '../../src/core/ticket.ts';

export class FakeArchive implements JournalArchive {
  entries: JournalEntry[] = [];
  forgotten: string[] = [];
  report: ChainReport = {
    intact: true,
    beforeChain: 0,
    linked: 0,
    anchorSeq: 0,
    head: { seq: 0, hash: '' },
    problems: [],
    problemCount: 0,
  };
  /** Set to make the counters differ from the lines. */
  drift = 0;

  async *lines(): AsyncIterable<JournalLine> {
    for (const [at, entry] of this.entries.entries()) {
      const erased = entry.ref !== null && this.forgotten.includes(refKey(entry.ref));
      const shown = erased ? { ...entry, ref: null } : entry;
      yield { seq: at + 1, hash: hashOf(at + 1), storedAt: entry.at, entry: shown, erased };
    }
  }
  async newest(_portalId: string, { kinds, fits, most, before, look }: NewestWish) {
    const all: JournalLine[] = [];
    for await (const line of this.lines()) all.unshift(line);
    const from = before === '' ? 0 : all.findIndex(({ hash }) => hash === before) + 1;
    const lines: JournalLine[] = [];
    let looked = 0;
    for (const line of all.slice(from, from + look)) {
      looked += 1;
      if (kinds.includes(line.entry.kind) && fits(line.entry)) lines.push(line);
      if (lines.length === most) break;
    }
    const next = from + looked < all.length ? (all[from + looked - 1]?.hash ?? '') : '';
    return { lines, next, looked, total: all.length };
  }
  async verify(): Promise<ChainReport> {
    return this.report;
  }
  async forgetTickets(_portalId: string, refs: readonly TicketRef[]): Promise<number> {
    this.forgotten.push(...refs.map(refKey));
    return refs.length;
  }
  async sums(portalId: string, fromDay: string, toDay: string) {
    return this.counters(portalId, fromDay, toDay);
  }
  async counters(_portalId: string, fromDay: string, toDay: string) {
    return this.drifted(fromDay, toDay, (name) => !isAgents(name));
  }
  async agents(_portalId: string, fromDay: string, toDay: string) {
    return this.drifted(fromDay, toDay, isAgents);
  }

  private drifted(fromDay: string, toDay: string, wanted: (name: string) => boolean) {
    const days = foldJournal(this.entries).filter(({ day }) => day >= fromDay && day <= toDay);
    return days.map((one) => ({
      ...one,
      counts: new Map(
        [...one.counts].flatMap(([name, count]) =>
          wanted(name) ? [[name, count + this.drift] as const] : [],
        ),
      ),
    }));
  }
}

/** 64 hexadecimal digits that end with the number. */
export function hashOf(seq: number): string {
  return String(seq).padStart(64, '0');
}

export class FakePolicyArchive implements PolicyArchive {
  all: PolicyVersion[] = [];
  async versions(): Promise<readonly PolicyVersion[]> {
    return this.all;
  }
  async find(
    _portalId: string,
    pipeline: PolicyVersion['policy']['pipeline'],
    version?: number,
  ): Promise<PolicyVersion | null> {
    const own = this.all.filter(
      (one) => pipelineKey(one.policy.pipeline) === pipelineKey(pipeline),
    );
    if (version === undefined) return own.at(-1) ?? null;
    return own.find(({ policy }) => policy.version === version) ?? null;
  }
}

export class FakeClientRecords implements ClientRecords {
  forgotten: string[] = [];
  async forget(_portalId: string, refs: readonly TicketRef[]): Promise<number> {
    this.forgotten.push(...refs.map(refKey));
    return refs.length * 2;
  }
}

export class FakeTicketsOfClient implements TicketsOfClient {
  tickets = new Map<string, readonly TicketRef[]>();
  async find({ kind, id }: { readonly kind: string; readonly id: number }) {
    return this.tickets.get(`${kind}:${id}`) ?? [];
  }
}
