import type { Ticket } from './records.ts';

/** Tickets of one entity type with the indexes that lists need: by id, by stage, by time of the last move. */
export class TicketStore {
  readonly #byId = new Map<number, Ticket>();
  readonly #byStage = new Map<string, Set<Ticket>>();
  #moves: { at: number; ticket: Ticket }[] = [];
  #movesSorted = true;

  get size(): number {
    return this.#byId.size;
  }

  get(id: number): Ticket | undefined {
    return this.#byId.get(id);
  }

  all(): Iterable<Ticket> {
    return this.#byId.values();
  }

  add(ticket: Ticket): void {
    this.#byId.set(ticket.id, ticket);
    this.#stageSet(ticket.stageId).add(ticket);
    this.#logMove(ticket);
  }

  delete(ticket: Ticket): void {
    this.#byId.delete(ticket.id);
    this.#stageSet(ticket.stageId).delete(ticket);
  }

  /** Changes the stage; the caller has set nothing yet. */
  move(ticket: Ticket, stageId: string, movedTime: number): void {
    this.#stageSet(ticket.stageId).delete(ticket);
    ticket.stageId = stageId;
    ticket.movedTime = movedTime;
    this.#stageSet(stageId).add(ticket);
    this.#logMove(ticket);
  }

  inStages(stageIds: readonly string[]): Iterable<Ticket> {
    if (stageIds.length === 1) return this.#byStage.get(stageIds[0] ?? '') ?? [];
    return new Set(stageIds.flatMap((stageId) => [...(this.#byStage.get(stageId) ?? [])]));
  }

  /** Tickets whose last move is at `at` or later. */
  movedSince(at: number): Set<Ticket> {
    this.#tidyMoves();
    let low = 0;
    let high = this.#moves.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#moves[middle]?.at ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    const found = new Set<Ticket>();
    for (let i = low; i < this.#moves.length; i += 1) {
      const ticket = this.#moves[i]?.ticket;
      if (ticket && this.#byId.has(ticket.id)) found.add(ticket);
    }
    return found;
  }

  #stageSet(stageId: string): Set<Ticket> {
    const known = this.#byStage.get(stageId);
    if (known) return known;
    const fresh = new Set<Ticket>();
    this.#byStage.set(stageId, fresh);
    return fresh;
  }

  #logMove(ticket: Ticket): void {
    const last = this.#moves.at(-1);
    if (last && last.at > ticket.movedTime) this.#movesSorted = false;
    this.#moves.push({ at: ticket.movedTime, ticket });
  }

  #tidyMoves(): void {
    if (this.#moves.length > 2 * this.#byId.size + 1000) {
      this.#moves = [...this.#byId.values()].map((ticket) => ({ at: ticket.movedTime, ticket }));
      this.#movesSorted = false;
    }
    if (!this.#movesSorted) this.#moves.sort((a, b) => a.at - b.at);
    this.#movesSorted = true;
  }
}
