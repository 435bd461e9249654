/** In-memory twins of what robots and triggers need: their stores, and the portal that hears of them. */
import type { RobotDeps } from '../../src/app/automation/robots-called.ts';
import type {
  AnswerOutcome,
  RobotAnswer,
  RobotAnswers,
  RobotCall,
  RobotCalls,
} from '../../src/app/ports/robots.ts';
import type {
  FireOutcome,
  KeptSignal,
  TriggerBox,
  TriggerCaller,
  TriggerSignal,
  TriggerSignals,
} from '../../src/app/ports/triggers.ts';
import type { Instant } from '../../src/core/ticket.ts';
import { refKey } from '../../src/core/ticket.ts';
import { AppError } from '../../src/errors.ts';
import { sayByName } from '../../src/text/catalog.ts';
import type { ClientScene } from './a-client-side.ts';

export class FakeRobotCalls implements RobotCalls {
  stored = new Map<string, RobotCall>();
  known = new Set<string>();

  async accept(_portalId: string, call: Omit<RobotCall, 'id'>): Promise<boolean> {
    const id = `id of ${call.eventToken}`;
    if (this.known.has(id) || this.stored.has(id)) return false;
    this.stored.set(id, { ...call, id });
    return true;
  }
  async waiting(): Promise<readonly RobotCall[]> {
    return [...this.stored.values()];
  }
  async again(_portalId: string, call: RobotCall): Promise<void> {
    this.stored.set(call.id, call);
  }
  async done(_portalId: string, calls: readonly Pick<RobotCall, 'id'>[]): Promise<void> {
    for (const { id } of calls) {
      this.stored.delete(id);
      this.known.add(id);
    }
  }
  async portals(): Promise<readonly string[]> {
    return [];
  }
}

export class FakeRobotAnswers implements RobotAnswers {
  given: RobotAnswer[] = [];
  /** What the portal says to each answer. */
  outcome: AnswerOutcome = 'taken';
  away = false;

  async send(answers: readonly RobotAnswer[]): Promise<ReadonlyMap<string, AnswerOutcome>> {
    if (this.away) throw away();
    this.given.push(...answers);
    return new Map(answers.map(({ id }) => [id, this.outcome]));
  }
}

export class FakeTriggerBox implements TriggerBox {
  waiting = new Map<string, KeptSignal>();
  marked = new Map<string, KeptSignal>();
  known = new Set<string>();

  async add(_portalId: string, signals: readonly TriggerSignal[], at: Instant): Promise<void> {
    for (const signal of signals) {
      if (this.known.has(nameOf(signal))) continue;
      this.known.add(nameOf(signal));
      this.waiting.set(nameOf(signal), { ...signal, at });
    }
  }
  async claim(_portalId: string, most: number): Promise<readonly KeptSignal[]> {
    const signals = [...this.waiting.values()].slice(0, most);
    for (const signal of signals) {
      this.waiting.delete(nameOf(signal));
      this.marked.set(nameOf(signal), signal);
    }
    return signals;
  }
  async claimed(): Promise<readonly KeptSignal[]> {
    return [...this.marked.values()];
  }
  async release(_portalId: string, signals: readonly KeptSignal[]): Promise<void> {
    for (const signal of signals) {
      this.marked.delete(nameOf(signal));
      this.waiting.set(nameOf(signal), signal);
    }
  }
  async done(_portalId: string, signals: readonly TriggerSignal[]): Promise<void> {
    for (const signal of signals) this.marked.delete(nameOf(signal));
  }
  async portals(): Promise<readonly string[]> {
    return [];
  }
}

const nameOf = ({ code, ref, fact }: TriggerSignal): string => `${code} ${refKey(ref)} ${fact}`;

export class FakeTriggerCaller implements TriggerCaller {
  /** Signals of each request. */
  requests: string[][] = [];
  most = 50;
  away = false;
  /** By trigger code; accepted where nothing is said. */
  outcomes = new Map<string, FireOutcome>();

  atOnce(): number {
    return this.most;
  }
  async fire(signals: readonly TriggerSignal[]): Promise<readonly FireOutcome[]> {
    if (this.away) throw away();
    this.requests.push(signals.map(({ code, ref }) => `${code} ${refKey(ref)}`));
    return signals.map(({ code }) => this.outcomes.get(code) ?? { kind: 'accepted' });
  }
}

/** What use cases told, once each, as the box keeps it. */
export class FakeSignals implements TriggerSignals {
  told: string[] = [];

  async tell(_portalId: string, signals: readonly TriggerSignal[]): Promise<void> {
    for (const signal of signals) {
      const name = nameOf(signal);
      if (!this.told.includes(name)) this.told.push(name);
    }
  }
  /** Code by code, without what tells facts apart. */
  codes(): readonly string[] {
    return this.told.map((name) => name.split(' ')[0] ?? '');
  }
}

const away = (): AppError =>
  new AppError('portal-unreachable', 'the portal is away', { retry: 'backoff' });

export interface RobotScene {
  readonly deps: RobotDeps;
  readonly calls: FakeRobotCalls;
  readonly answers: FakeRobotAnswers;
  /** Milliseconds of each wish to be woken. */
  readonly wakes: number[];
}

export function robotsOf(scene: ClientScene): RobotScene {
  const calls = new FakeRobotCalls();
  const answers = new FakeRobotAnswers();
  const wakes: number[] = [];
  const wake = async (_portalId: string, inMs: number): Promise<void> => void wakes.push(inMs);
  const words = { plain: sayByName, language: 'en' } as const;
  return { deps: { client: scene.deps, calls, answers, wake, ...words }, calls, answers, wakes };
}
