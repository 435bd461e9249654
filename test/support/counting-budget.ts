import type { OperatingTime, Priority, RequestBudget } from '../../src/app/ports/runtime.ts';

/** A rate budget that lets everything through and remembers what it was told. */
export interface Spent extends OperatingTime {
  readonly method: string;
}

export class CountingBudget implements RequestBudget {
  readonly taken: Priority[] = [];
  readonly spentReports: Spent[] = [];
  readonly exhaustedMethods: string[] = [];
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

  spent(_portalId: string, method: string, spent: OperatingTime): Promise<void> {
    this.spentReports.push({ method, ...spent });
    return Promise.resolve();
  }

  operatingWait(_portalId: string, calls: ReadonlyMap<string, number>): Promise<number> {
    return Promise.resolve(
      Math.max(0, ...[...calls.keys()].map((one) => this.waits.get(one) ?? 0)),
    );
  }

  exhausted(_portalId: string, method: string): Promise<void> {
    this.exhaustedMethods.push(method);
    return Promise.resolve();
  }
}
