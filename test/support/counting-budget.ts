/** A rate budget that lets everything through and remembers what it was told. */
import type { Priority, RequestBudget } from '../../src/app/ports/runtime.ts';

export interface Spent {
  readonly method: string;
  readonly seconds: number;
  readonly resetAt: number;
}

export class CountingBudget implements RequestBudget {
  readonly taken: Priority[] = [];
  readonly spentReports: Spent[] = [];
  refusals = 0;
  /** Milliseconds to answer for a method. */
  readonly waits = new Map<string, number>();

  take(_portalId: string, priority: Priority): Promise<void> {
    this.taken.push(priority);
    return Promise.resolve();
  }

  refused(): Promise<void> {
    this.refusals += 1;
    return Promise.resolve();
  }

  spent(_portalId: string, method: string, seconds: number, resetAt: number): Promise<void> {
    this.spentReports.push({ method, seconds, resetAt });
    return Promise.resolve();
  }

  operatingWait(_portalId: string, method: string): Promise<number> {
    return Promise.resolve(this.waits.get(method) ?? 0);
  }
}
