/**
 * What is typed and not yet on the ticket. Saved a moment after the last key, at the latest four seconds after the first, one
 * request at a time; kept until the server has it, whatever happens to connection and session.
 */
import type { CardField, CardState, FieldValue } from '../../core/card-state.ts';
import type { Api, ApiAnswer } from '../shared/api.ts';

const PAUSE_MS = 1_200;
const LATEST_MS = 4_000;
const AGAIN_MS = 5_000;

export interface DraftView {
  readonly typed: Readonly<Record<string, FieldValue>>;
  /** What stands on the ticket instead, where somebody else changed it. */
  readonly conflicts: Readonly<Record<string, FieldValue>>;
  readonly saving: boolean;
  /** The server's words about why it was not saved. */
  readonly problem: string;
}

export interface Saved {
  readonly state: CardState;
  readonly conflicts: Readonly<Record<string, FieldValue>>;
}

interface Options {
  readonly api: Api;
  /** The closing the criteria are looked at for; null: the ticket's own. */
  readonly outcome: () => string | null;
  readonly changed: () => void;
  readonly answered: (answer: ApiAnswer<Saved>) => void;
}

type Values = Readonly<Record<string, FieldValue>>;

export class Draft {
  readonly #options: Options;
  readonly #typed = new Map<string, FieldValue>();
  /** What stood there when the typing began: somebody else's newer text is told from it. */
  readonly #base = new Map<string, FieldValue>();
  readonly #conflicts = new Map<string, FieldValue>();
  #problem = '';
  #running: Promise<void> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #firstKeyAt = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  type(field: CardField, value: FieldValue): void {
    const { key } = field;
    if (!this.#typed.has(key)) this.#base.set(key, field.value);
    this.#typed.set(key, value);
    if (same(value, this.#base.get(key)) && this.#running === null) this.#forget(key);
    const now = Date.now();
    if (this.#firstKeyAt === 0) this.#firstKeyAt = now;
    this.#schedule(Math.max(0, Math.min(PAUSE_MS, this.#firstKeyAt + LATEST_MS - now)));
    this.#options.changed();
  }

  /** Somebody else's newer text is written over. */
  keepMine(key: string): void {
    this.#base.set(key, this.#conflicts.get(key) ?? null);
    this.#conflicts.delete(key);
    void this.flush();
  }

  takeTheirs(key: string): void {
    this.#conflicts.delete(key);
    this.#forget(key);
    this.#options.changed();
  }

  /** Saves what is left right now. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#running;
    this.#running = this.#send().finally(() => {
      this.#running = null;
      this.#options.changed();
    });
    await this.#running;
  }

  view(): DraftView {
    return {
      typed: Object.fromEntries(this.#typed),
      conflicts: Object.fromEntries(this.#conflicts),
      saving: this.#running !== null && this.#waiting().length > 0,
      problem: this.#problem,
    };
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), ms);
  }

  #waiting(): readonly string[] {
    return [...this.#typed.keys()].filter((key) => !this.#conflicts.has(key));
  }

  #forget(key: string): void {
    this.#typed.delete(key);
    this.#base.delete(key);
  }

  async #send(): Promise<void> {
    const keys = this.#waiting();
    if (keys.length === 0) return;
    const { api, outcome, changed, answered } = this.#options;
    this.#firstKeyAt = 0;
    const valuesOf = (from: ReadonlyMap<string, FieldValue>): Values =>
      Object.fromEntries(keys.map((key) => [key, from.get(key) ?? null]));
    const fields = valuesOf(this.#typed);
    changed();
    const body = { fields, base: valuesOf(this.#base), outcome: outcome() };
    const answer = await api.call<Saved>('/api/card/draft', { method: 'PUT', body });
    if (answer.kind === 'ok') this.#settle(fields, answer.value);
    else this.#problem = answer.kind === 'refused' ? answer.message : '';
    answered(answer);
    // Away or refused, the text stays and is tried again; a session that is over waits for its retry.
    if (answer.kind === 'away' || answer.kind === 'refused') this.#schedule(AGAIN_MS);
    else if (answer.kind === 'ok' && this.#waiting().length > 0) this.#schedule(PAUSE_MS);
  }

  #settle(sent: Values, saved: Saved): void {
    for (const [key, theirs] of Object.entries(saved.conflicts)) this.#conflicts.set(key, theirs);
    for (const [key, value] of Object.entries(sent)) {
      if (this.#conflicts.has(key)) continue;
      // Typed on while it was on its way: the rest follows, from what stands there now.
      this.#base.set(key, value);
      if (same(this.#typed.get(key), value)) this.#forget(key);
    }
    this.#problem = '';
  }
}

function same(one: FieldValue | undefined, other: FieldValue | undefined): boolean {
  return JSON.stringify(one ?? '') === JSON.stringify(other ?? '');
}
