/** The self-check as the page knows it: the last results, and a run that goes check by check, so that one can see how far it is. */
import type {
  DoctorAnswer,
  DoctorFinding,
  DoctorHome,
  DoctorPart,
  DoctorQuestion,
  DoctorRun,
} from '../../../core/admin/doctor-state.ts';
import type { Api, ApiAnswer } from '../../shared/api.ts';
import type { Trouble } from '../settings/policy-form.ts';

const PATH = '/api/settings/doctor';

export interface Progress {
  readonly done: number;
  readonly total: number;
  /** The check at work. */
  readonly name: string;
}

export class DoctorStore {
  readonly #api: Api;
  parts: readonly DoctorPart[] | null = null;
  questions: readonly DoctorQuestion[] = [];
  running: Progress | null = null;
  trouble: Trouble | null = null;
  /** Ids of questions whose answer is on its way. */
  answering: ReadonlySet<string> = new Set();
  changed: () => void = () => undefined;

  constructor(api: Api) {
    this.#api = api;
  }

  get findings(): readonly DoctorFinding[] {
    return (this.parts ?? []).flatMap(({ findings }) => findings);
  }

  /** When the whole was looked over last; null: something never was. */
  get lastRun(): number | null {
    const times = (this.parts ?? []).filter(({ check }) => check !== 'events').map(({ at }) => at);
    if (times.length === 0 || times.includes(null)) return null;
    return Math.min(...times.map((at) => at ?? 0));
  }

  async load(): Promise<void> {
    const answer = await this.#api.call<DoctorHome>(PATH);
    if (answer.kind === 'ok') this.#take(answer.value);
    else this.#fail(answer, () => void this.load());
    this.changed();
  }

  /** A check that cannot be asked for stops the run: the rest would fare the same. */
  async run(write: boolean): Promise<void> {
    if (this.running !== null) return;
    this.trouble = null;
    if (this.parts === null) await this.load();
    const run = String(Math.random());
    const checks = (this.parts ?? []).map(({ check, name }) => ({ check, name }));
    for (const [done, { check, name }] of checks.entries()) {
      this.running = { done, total: checks.length, name };
      this.changed();
      const body = { check, run, write: write && check === 'events' };
      const answer = await this.#api.call<DoctorRun>(PATH, { method: 'POST', body });
      if (answer.kind !== 'ok') {
        this.#fail(answer, () => void this.run(write));
        break;
      }
      this.#take(answer.value);
    }
    this.running = null;
    this.changed();
  }

  async answer(id: string, answer: DoctorAnswer): Promise<void> {
    this.answering = new Set([...this.answering, id]);
    // Shown as chosen at once; what the server says then holds.
    const before = this.questions;
    this.questions = before.map((one) => (one.id === id ? { ...one, answer, stale: false } : one));
    this.changed();
    const body = { id, answer };
    const said = await this.#api.call<Pick<DoctorHome, 'questions'>>(`${PATH}/answers`, {
      method: 'PUT',
      body,
    });
    if (said.kind === 'ok') this.questions = said.value.questions;
    else if (said.kind === 'refused' && said.code === 'not-found') await this.load();
    else {
      this.questions = before;
      this.#fail(said, () => void this.answer(id, answer));
    }
    this.answering = new Set([...this.answering].filter((one) => one !== id));
    this.changed();
    if (said.kind === 'ok') await this.#again(id);
  }

  /** What an answer settles is looked at again. */
  async #again(questionId: string): Promise<void> {
    const [check] = questionId.split(' ');
    const body = { check };
    const answer = await this.#api.call<DoctorRun>(PATH, { method: 'POST', body });
    if (answer.kind === 'ok') this.#take(answer.value);
    this.changed();
  }

  #take({ parts, questions }: DoctorHome): void {
    this.parts = parts;
    this.questions = questions;
  }

  #fail(answer: ApiAnswer<unknown>, again: () => void): void {
    if (answer.kind === 'ok' || answer.kind === 'same') return;
    const text = answer.kind === 'refused' ? answer.message : '';
    this.trouble = { kind: answer.kind, text, again };
  }
}
