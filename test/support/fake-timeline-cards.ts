/** Cards in timelines, in memory: the portal's records and what is remembered of them. */
import type { Priority } from '../../src/app/ports/runtime.ts';
import type {
  CardDrawing,
  CardFace,
  CardPress,
  CardRecord,
  CardWish,
  Drawn,
  DueCard,
  DueMark,
  StandingCard,
  TimelineCards,
  TimelineCardStore,
} from '../../src/app/ports/timeline-cards.ts';
import type { TicketRef } from '../../src/core/ticket.ts';
import { refKey } from '../../src/core/ticket.ts';
import { AppError } from '../../src/errors.ts';

export class FakeCardStore implements TimelineCardStore {
  readonly cards = new Map<string, CardRecord>();
  readonly waiting = new Map<string, string>();
  wakes = 0;

  async wish(_portalId: string, wishes: readonly CardWish[]): Promise<void> {
    for (const wish of wishes) {
      const field = refKey(wish.ref);
      if (wish.kind === 'returned' || !this.waiting.has(field))
        this.waiting.set(field, JSON.stringify(wish));
    }
    this.wakes += 1;
  }

  async press(_portalId: string, press: CardPress): Promise<void> {
    this.waiting.set(`press:${press.activityId}`, JSON.stringify(press));
    this.wakes += 1;
  }

  async due(): Promise<readonly DueCard[]> {
    return [...this.waiting].map(([field, text]) => {
      const mark = { field, text };
      return field.startsWith('press:')
        ? { mark, press: JSON.parse(text) as CardPress }
        : { mark, wish: JSON.parse(text) as CardWish };
    });
  }

  async settle(_portalId: string, marks: readonly DueMark[]): Promise<void> {
    for (const { field, text } of marks)
      if (this.waiting.get(field) === text) this.waiting.delete(field);
  }

  async known(_portalId: string, refs: readonly TicketRef[]) {
    const all = refs.flatMap((ref) => this.cards.get(refKey(ref)) ?? []);
    return new Map(all.map((card) => [refKey(card.ref), card]));
  }

  async all(): Promise<readonly CardRecord[]> {
    return [...this.cards.values()];
  }

  async save(_portalId: string, records: readonly CardRecord[]): Promise<void> {
    for (const card of records) this.cards.set(refKey(card.ref), card);
  }

  async forget(_portalId: string, refs: readonly TicketRef[]): Promise<void> {
    for (const ref of refs) this.cards.delete(refKey(ref));
  }
}

export interface FakeActivity extends StandingCard {
  face: CardFace;
  responsibleId: number;
}

export class FakeTimelineCards implements TimelineCards {
  readonly activities = new Map<number, FakeActivity>();
  requests: { readonly what: string; readonly count: number; readonly priority?: Priority }[] = [];
  /** A process killed there stops. */
  dieAt: 'before-draw' | 'after-draw' | null = null;
  /** Drawn, and the answer is lost. */
  loseAnswers = false;
  down = false;
  refusing = '';
  #lastId = 100;

  async draw(
    drawings: readonly CardDrawing[],
    priority: Priority,
  ): Promise<ReadonlyMap<string, Drawn>> {
    if (drawings.length === 0) return new Map();
    this.#ask('draw', drawings.length, priority);
    if (this.dieAt === 'before-draw') this.#die();
    const drawn = drawings.map((drawing) => [drawing.key, this.#drawn(drawing)] as const);
    if (this.dieAt === 'after-draw') this.#die();
    if (!this.loseAnswers) return new Map(drawn);
    return new Map(drawn.map(([key]) => [key, { kind: 'unknown' }]));
  }

  async find(cards: readonly StandingCard[]): Promise<ReadonlyMap<string, number>> {
    this.#ask('find', cards.length);
    const wanted = new Set(cards.map(({ key }) => key));
    const found = [...this.activities].filter(([, { key }]) => wanted.has(key));
    return new Map(found.map(([id, { key }]) => [key, id]));
  }

  async identify(ids: readonly number[]): Promise<ReadonlyMap<number, StandingCard>> {
    this.#ask('identify', ids.length);
    return new Map(
      ids.flatMap((id) => {
        const card = this.activities.get(id);
        return card ? [[id, card] as const] : [];
      }),
    );
  }

  #ask(what: string, count: number, priority?: Priority): void {
    if (this.down) {
      throw new AppError('portal-unreachable', 'down', { retry: 'backoff', detail: 'fake' });
    }
    this.requests.push({ what, count, ...(priority && { priority }) });
  }

  #drawn({ ref, key, activityId, face, responsibleId }: CardDrawing): Drawn {
    if (this.refusing !== '') return { kind: 'refused', code: this.refusing };
    if (activityId !== null && !this.activities.has(activityId)) return { kind: 'gone' };
    const id = activityId ?? (this.#lastId += 1);
    this.activities.set(id, { ref, key, face, responsibleId });
    return { kind: 'drawn', activityId: id };
  }

  #die(): never {
    const step = this.dieAt ?? '';
    this.dieAt = null;
    throw new Error(step);
  }
}
