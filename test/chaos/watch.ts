/** What both gates report: one moment of the worker's traffic, and what the run wants done about it. */

export type Moment =
  /** A request of the worker, before the portal has it. */
  | { readonly at: 'portal-request'; readonly method: string; readonly body: string }
  /** The portal has done it; the worker has not heard of it. */
  | { readonly at: 'portal-answer'; readonly method: string; readonly body: string }
  /** Commands on their way to Redis. */
  | { readonly at: 'redis'; readonly text: string };

/**
 * `kill`: the worker dies now and this goes nowhere. `kill-and-deliver-late`: the worker dies now, the portal goes on
 * with the request it has and is done with it some seconds later.
 */
export type Verdict = 'pass' | 'kill' | 'kill-and-deliver-late';

/** Asked about every moment in the order of the traffic; may remember what it saw. */
export type Watch = (moment: Moment) => Verdict;

/** The one watch that both gates ask. Once it wants the worker dead, nothing of that worker passes any more. */
export class WatchPost {
  #watch: Watch | null = null;
  #sprung: (() => void) | null = null;

  /** Resolves when the watch wants the worker dead. */
  arm(watch: Watch): Promise<void> {
    this.#watch = watch;
    return new Promise((resolve) => {
      this.#sprung = resolve;
    });
  }

  disarm(): void {
    this.#watch = null;
    this.#sprung = null;
  }

  ask(moment: Moment): Verdict {
    const verdict = this.#watch?.(moment) ?? 'pass';
    if (verdict !== 'pass') {
      const sprung = this.#sprung;
      this.disarm();
      sprung?.();
    }
    return verdict;
  }
}
