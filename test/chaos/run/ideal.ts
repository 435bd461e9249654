/**
 * What the regulation wants of a ticket after what people did with it: a small model of its own, which asks the service
 * nothing. Times are the portal's, epoch ms.
 */
import { workingDayAfter } from '../scene.ts';
import type { MessageKind } from '../scene.ts';
import type { Act } from './people.ts';
import type { Stage, Step, Story } from './plan.ts';

/** At least and at most so often. */
export type Times = readonly [number, number];

export interface Expected {
  readonly stages: readonly Stage[];
  readonly outcome: 'confirmed' | 'no-answer' | null;
  readonly messages: Readonly<Record<MessageKind, Times>>;
  /** Closings that had to come back, each with its explanation. */
  readonly returns: number;
  /** Closings that stand or stood. */
  readonly closings: Times;
  /** A closing of the app's own that had to be held back, and the journal says why. */
  readonly heldBack: boolean;
  /** Which timer has to stand, and no other of its kind. */
  readonly timer: 'send-request' | 'remind' | 'close' | 'final-notice' | null;
  /** When it has to fire, at the earliest and at the latest; null: it may stand or have fired. */
  readonly due: readonly [number, number] | null;
  /** How much time has to pass until the regulation has nothing more to say; null: it has nothing more. */
  readonly next: 'day' | 'minutes' | null;
}

/** What the model has to be told of the ticket's course, because it depends on when a message left. */
export interface Course {
  readonly story: Pick<Story, 'ready' | 'confirmed' | 'steps'>;
  readonly acts: readonly Act[];
  readonly messages: readonly { readonly kind: MessageKind; readonly at: number }[];
  /** The marks on the ticket itself. */
  readonly askedAt: number | null;
  readonly remindedAt: number | null;
  readonly now: number;
  /** Enough time has passed since the last closing for its notice. */
  readonly final: boolean;
}

const MINUTE_MS = 60_000;
/** A wait begins when the service hears that its message was taken: a moment later, after a crash much later. */
const HOUR_MS = 60 * MINUTE_MS;
const ONE: Times = [1, 1];
const NONE: Times = [0, 0];

/** @throws RangeError for a story the model does not know */
export function expect(course: Course): Expected {
  const walk = new Walk(course);
  let done = 0;
  for (const step of course.story.steps) {
    if ('pauseMs' in step) continue;
    if ('see' in step) {
      walk.seen(step);
      continue;
    }
    const act = course.acts[done];
    if (!act) break;
    done += 1;
    walk.take(act);
  }
  return walk.end();
}

class Walk {
  readonly #course: Course;
  #stage: Stage = 'work';
  #ready: boolean;
  #confirmed: boolean;
  /** The client was asked and is waited for: which request of the ticket it is, and whether somebody saw it. */
  #waits: { readonly round: number; seen: boolean } | null = null;
  #silent = true;
  #outcome: 'confirmed' | 'no-answer' | null = null;
  #noticeSeen = false;
  #heldBack = false;
  #returns = 0;
  #rounds = 0;
  #closings: Times = NONE;
  #messages: Record<MessageKind, Times> = {
    request: NONE,
    reminder: NONE,
    notice: NONE,
    'goes-on': NONE,
    other: NONE,
  };

  constructor(course: Course) {
    this.#course = course;
    this.#ready = course.story.ready;
    this.#confirmed = course.story.confirmed;
  }

  seen(step: Extract<Step, { see: string }>): void {
    if (step.see !== 'message') return;
    if (step.kind === 'notice') this.#noticeSeen = true;
    else if (this.#waits) this.#waits.seen = true;
  }

  take({ at, step }: Act): void {
    if (!('do' in step)) throw new RangeError('people only do what is to be done');
    if (step.do === 'fill') this.#ready = true;
    if (step.do === 'confirm-by-agent') this.#confirmed = true;
    if (step.do === 'answer') this.#answered(at, step.word);
    if (step.do === 'drag' && step.to === 'closed') this.#draggedToClosed(at);
    if (step.do === 'drag' && step.to === 'waiting') this.#draggedToWaiting();
    if (step.do === 'drag' && step.to === 'work') this.#draggedToWork(at);
  }

  #add(kind: MessageKind, [least, most]: Times): void {
    const [had, atMost] = this.#messages[kind];
    this.#messages[kind] = [had + least, atMost + most];
  }

  #draggedToWaiting(): void {
    this.#stage = 'waiting';
    this.#ask();
  }

  #ask(): void {
    this.#waits = { round: this.#rounds, seen: false };
    this.#rounds += 1;
    this.#add('request', ONE);
  }

  #draggedToClosed(at: number): void {
    if (this.#ready && this.#confirmed) {
      this.#stopWaiting(at);
      this.#close('confirmed');
      return;
    }
    this.#returns += 1;
    if (!this.#ready || this.#waits) return;
    // Nothing is missing but the client's word: it goes to where the client is asked.
    this.#stage = 'waiting';
    this.#ask();
  }

  #draggedToWork(at: number): void {
    if (this.#stage === 'closed') this.#takenBack();
    else this.#stopWaiting(at);
    this.#stage = 'work';
  }

  #takenBack(): void {
    this.#outcome = null;
    if (this.#noticeSeen) {
      this.#add('goes-on', ONE);
      return;
    }
    // Undone before anybody was told: whether it was noticed at all depends on how quick everybody was.
    this.#add('notice', [-1, -1]);
    this.#closings = [this.#closings[0] - 1, this.#closings[1]];
  }

  #close(outcome: 'confirmed' | 'no-answer'): void {
    this.#stage = 'closed';
    this.#outcome = outcome;
    this.#closings = [this.#closings[0] + 1, this.#closings[1] + 1];
    this.#add('notice', ONE);
  }

  #answered(at: number, word: 'solved' | 'not-solved' | 'question'): void {
    if (this.#stage === 'closed') {
      if (word !== 'not-solved') return;
      this.#takenBack();
      this.#stage = 'work';
      return;
    }
    this.#stopWaiting(at);
    if (word === 'not-solved') this.#stage = 'work';
    if (word !== 'solved') return;
    this.#confirmed = true;
    if (this.#ready) this.#close('confirmed');
    else this.#heldBack = true;
  }

  /** Silence ended at this moment: was it long enough for a reminder? */
  #stopWaiting(at: number): void {
    const waits = this.#waits;
    this.#waits = null;
    if (!waits) return;
    const request = this.#request(waits.round);
    // Nobody saw it: it may never have left.
    if (!waits.seen) this.#add('request', [-1, 0]);
    if (!request || at < workingDayAfter(request.at)) return;
    this.#add('reminder', [this.#sawReminder() ? 1 : 0, 1]);
  }

  #sawReminder(): boolean {
    const { steps } = this.#course.story;
    return steps.some(
      (step) => 'see' in step && step.see === 'message' && step.kind === 'reminder',
    );
  }

  #request(round: number): { readonly at: number } | undefined {
    return this.#course.messages.filter(({ kind }) => kind === 'request')[round];
  }

  /** Nobody did anything more: what silence leads to until now. */
  end(): Expected {
    const { now, messages, askedAt, remindedAt } = this.#course;
    if (!this.#waits) return this.#expected({ timer: this.#noticeTimer(), due: null });
    const request = this.#request(this.#waits.round);
    if (!request) return this.#expected({ timer: 'send-request', due: null });
    const asked = Math.max(request.at, askedAt ?? 0);
    const remindAt = workingDayAfter(asked);
    if (now < remindAt)
      return this.#expected({ timer: 'remind', due: [remindAt - 5000, remindAt + 5000] });
    this.#add('reminder', ONE);
    const reminder = messages.findLast(({ kind }) => kind === 'reminder');
    if (!reminder) return this.#expected({ timer: null, due: null });
    const closeAt = workingDayAfter(Math.max(reminder.at, remindedAt ?? 0));
    if (now < closeAt)
      return this.#expected({ timer: 'close', due: [closeAt - 5000, closeAt + 5000] });
    if (this.#ready) {
      this.#waits = null;
      this.#close('no-answer');
      return this.#expected({ timer: this.#noticeTimer(), due: null });
    }
    this.#heldBack = true;
    this.#silent = false;
    return this.#expected({ timer: 'close', due: [now, now + HOUR_MS + MINUTE_MS] });
  }

  #noticeTimer(): 'final-notice' | null {
    const told = this.#course.messages.filter(({ kind }) => kind === 'notice').length;
    return told < this.#messages.notice[0] ? 'final-notice' : null;
  }

  #expected({ timer, due }: Pick<Expected, 'timer' | 'due'>): Expected {
    const [least, most] = this.#messages.notice;
    const notice: Times = this.#course.final ? [least, most] : [0, most];
    return {
      stages: [this.#stage],
      outcome: this.#stage === 'closed' ? this.#outcome : null,
      messages: { ...this.#messages, notice },
      returns: this.#returns,
      closings: this.#closings,
      heldBack: this.#heldBack,
      timer,
      due,
      next: this.#next(timer),
    };
  }

  #next(timer: Expected['timer']): Expected['next'] {
    if (timer === 'final-notice') return 'minutes';
    return this.#waits && this.#silent ? 'day' : null;
  }
}
