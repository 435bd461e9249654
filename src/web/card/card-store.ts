/** The panel's state and its ways to the server: first state, poll while visible, actions, drafts. */
import type { CardAction, CardField, CardState, FieldValue } from '../../core/card-state.ts';
import type { Api, ApiAnswer } from '../shared/api.ts';
import type { Bridge } from '../shared/bridge.ts';
import { Draft } from './draft.ts';

const POLL_MS = 20_000;

export type Trouble = 'away' | 'over' | 'reconnect' | 'no-rights' | 'not-configured' | null;

/** Result of the last action, for eyes and screen readers. */
export interface Message {
  readonly text: string;
  readonly good: boolean;
  /** Part of the form that mends it. */
  readonly field: string;
}

export interface FirstLook {
  readonly state: CardState | null;
  readonly trouble: Trouble;
  /** The state lacks what needs a further request. */
  readonly soon: boolean;
}

interface Stated {
  readonly state: CardState;
  readonly message?: string;
}

const QUIET: Message = { text: '', good: true, field: '' };
const MOVING: ReadonlySet<CardAction> = new Set([
  'request',
  'cancel-request',
  'close',
  'override',
  'undo',
  'return-to-work',
]);

export class CardStore {
  readonly api: Api;
  readonly #bridge: Bridge | null;
  readonly #draft: Draft;
  #outcome = '';
  #tag: string;
  state: CardState | null;
  trouble: Trouble;
  message = QUIET;
  busy: CardAction | null = null;
  /** The rest of what the opening could not tell is on its way. */
  soon: boolean;
  changed: () => void = () => undefined;

  constructor(api: Api, bridge: Bridge | null, first: FirstLook) {
    this.api = api;
    this.#bridge = bridge;
    this.state = first.state;
    this.trouble = first.trouble;
    this.soon = first.soon;
    this.#tag = first.state === null ? '' : `"${first.state.version}"`;
    this.#draft = new Draft({
      api,
      outcome: () => (this.#outcome === '' ? null : this.#outcome),
      changed: () => this.changed(),
      answered: (answer) => this.#take(answer),
    });
  }

  get draft() {
    return this.#draft.view();
  }

  /** From now on, until the answer is called. */
  watch(): () => void {
    if (this.soon || (this.state === null && this.trouble === null)) void this.load(true);
    const look = (): void => void this.load(false);
    const leave = (): void => void this.#draft.flush();
    const visible = (): boolean => document.visibilityState === 'visible';
    const timer = setInterval(() => visible() && look(), POLL_MS);
    const seen = (): void => (visible() ? look() : leave());
    document.addEventListener('visibilitychange', seen);
    addEventListener('online', this.retry);
    addEventListener('pagehide', leave);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', seen);
      removeEventListener('online', this.retry);
      removeEventListener('pagehide', leave);
    };
  }

  /** @param fresh asks the portal, whatever was read within the minute */
  async load(fresh: boolean): Promise<void> {
    const path = this.#outcome === '' ? '/api/card' : `/api/card?outcome=${this.#outcome}`;
    const tag = this.#tag;
    this.#take(await this.api.call<Stated>(path, fresh || tag === '' ? {} : { tag }));
  }

  type(field: CardField, value: FieldValue): void {
    this.#draft.type(field, value);
  }

  keepMine(key: string): void {
    this.#draft.keepMine(key);
  }

  takeTheirs(key: string): void {
    this.#draft.takeTheirs(key);
    void this.load(true);
  }

  look(outcome: string): void {
    this.#outcome = outcome;
    void this.load(true);
  }

  readonly retry = (): void => {
    void this.#draft.flush().then(() => this.load(true));
  };

  /** True when it was done. */
  async act(action: CardAction, params: object = {}): Promise<boolean> {
    if (this.busy !== null) return false;
    this.#set({ busy: action, message: QUIET });
    // What is typed counts for the action.
    await this.#draft.flush();
    const body = { action, ...params };
    const answer = await this.api.call<Stated>('/api/card/action', { method: 'POST', body });
    this.#set({ busy: null });
    this.#take(answer);
    if (answer.kind === 'refused') {
      this.#set({ message: { text: answer.message, good: false, field: answer.field } });
      void this.load(true);
    }
    if (answer.kind !== 'ok') return false;
    this.#set({ message: { text: answer.value.message ?? '', good: true, field: '' } });
    // The portal's own form shows the old stage until it is told.
    if (MOVING.has(action)) this.#bridge?.tell('reloadData', {});
    return true;
  }

  #take(answer: ApiAnswer<Stated>): void {
    this.soon = false;
    if (answer.kind === 'ok') {
      this.state = answer.value.state;
      this.#tag = answer.tag;
    }
    const why = troubleOf(answer);
    if (why !== undefined) this.trouble = why;
    this.changed();
  }

  #set(change: { readonly busy?: CardAction | null; readonly message?: Message }): void {
    if (change.busy !== undefined) this.busy = change.busy;
    if (change.message !== undefined) this.message = change.message;
    this.changed();
  }
}

const REFUSED = ['no-rights', 'not-configured', 'reconnect'] as const;

/** undefined: the answer says nothing about it. */
function troubleOf(answer: ApiAnswer<unknown>): Trouble | undefined {
  if (answer.kind === 'ok' || answer.kind === 'same') return null;
  if (answer.kind !== 'refused') return answer.kind;
  const { code } = answer;
  return REFUSED.find((trouble) => trouble === code);
}
