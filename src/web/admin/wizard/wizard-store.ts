/**
 * The wizard's memory: which step it stands on, and the form that all steps fill in, the same as the settings tabs do. Going back and
 * forth keeps everything, choosing another pipeline and coming back too.
 */
import type { PipelineSettings, SettingsHome } from '../../../core/admin/settings-state.ts';
import type { Api } from '../../shared/api.ts';
import { problemsIn } from '../settings/places.ts';
import type { PolicyTab } from '../settings/places.ts';
import type { Trouble } from '../settings/policy-form.ts';
import { PolicyForm } from '../settings/policy-form.ts';

export const WIZARD_STEPS = [
  'pipeline',
  'stages',
  'demands',
  'waits',
  'people',
  'mode',
  'check',
  'done',
] as const;
export type WizardStep = (typeof WIZARD_STEPS)[number];

/** Tabs whose problems keep a step from being left. */
const GUARDS: Readonly<Partial<Record<WizardStep, readonly PolicyTab[]>>> = {
  stages: ['stages'],
  waits: ['waits', 'calendar'],
  people: ['access'],
};
const POLL_MS = 1500;

export interface FieldsMade {
  readonly made: number;
  readonly total: number;
}

export class WizardStore {
  readonly #api: Api;
  readonly home: SettingsHome;
  step: WizardStep = 'pipeline';
  pipeline: string;
  opening = false;
  /** Fields on the portal while a save is under way; null before the portal has told. */
  made: FieldsMade | null = null;
  trouble: Trouble | null = null;
  /** The step was to be left although something in it is wrong. */
  held = false;
  changed: () => void = () => undefined;
  numberWords: PolicyForm['numberWords'] | null = null;
  readonly #forms = new Map<string, PolicyForm>();

  constructor(api: Api, home: SettingsHome, start: string) {
    this.#api = api;
    this.home = home;
    const off = home.pipelines.filter(({ state }) => state === 'off');
    const fresh =
      off.find(({ pipeline }) => pipeline === start) ??
      off[0] ??
      home.pipelines.find(({ pipeline }) => pipeline === start) ??
      home.pipelines[0];
    this.pipeline = fresh?.pipeline ?? '';
  }

  get form(): PolicyForm | null {
    return this.#forms.get(this.pipeline) ?? null;
  }

  get place(): number {
    return WIZARD_STEPS.indexOf(this.step);
  }

  /** Nothing was saved yet and nothing is on its way: what comes after the save is no setting up any more. */
  get unsaved(): boolean {
    const saving = this.form?.saving === true;
    return !saving && this.place <= WIZARD_STEPS.indexOf('mode');
  }

  choose(pipeline: string): void {
    this.pipeline = pipeline;
    this.changed();
  }

  async next(): Promise<void> {
    if (this.opening || this.form?.saving === true) return;
    if (this.step === 'pipeline' && !(await this.#open())) return;
    const problems = this.form?.problems() ?? [];
    const guarded = GUARDS[this.step] ?? [];
    this.held = guarded.some((tab) => problemsIn(tab, problems) > 0);
    if (this.held) return this.changed();
    if (this.step === 'mode' && !(await this.#save())) return;
    this.go(this.place + 1);
  }

  go(place: number): void {
    const step = WIZARD_STEPS[place];
    if (step === undefined) return;
    this.step = step;
    this.held = false;
    this.changed();
  }

  async #open(): Promise<boolean> {
    if (this.form !== null) return true;
    const { pipeline } = this;
    this.opening = true;
    this.trouble = null;
    this.changed();
    const answer = await this.#api.call<PipelineSettings>(`/api/settings/pipeline/${pipeline}`);
    this.opening = false;
    if (answer.kind === 'ok') {
      const form = new PolicyForm(answer.value, {
        api: this.#api,
        changed: () => this.changed(),
      });
      if (this.numberWords) form.numberWords = this.numberWords;
      this.#forms.set(pipeline, form);
      return true;
    }
    if (answer.kind !== 'same') {
      const text = answer.kind === 'refused' ? answer.message : '';
      this.trouble = { kind: answer.kind, text, again: () => void this.next() };
    }
    this.changed();
    return false;
  }

  /** Creates the fields and stores the policy; meanwhile the portal is asked how many fields there are. */
  async #save(): Promise<boolean> {
    const { form } = this;
    if (form === null) return false;
    // A save that was answered too late may have been carried out.
    if (form.base.version > 0 && !form.touched) return true;
    this.made = null;
    const timer = setInterval(() => void this.#poll(), POLL_MS);
    try {
      return (await form.save()) || (await this.#again(form));
    } finally {
      clearInterval(timer);
      this.changed();
    }
  }

  /** Version 1 is there already: a save whose answer came too late, or a colleague's. What was changed here goes on top of it. */
  async #again(form: PolicyForm): Promise<boolean> {
    if (form.conflict === null) return false;
    form.keepMine();
    return !form.touched || form.save();
  }

  async #poll(): Promise<void> {
    const path = `/api/settings/progress?pipeline=${this.pipeline}`;
    const answer = await this.#api.call<FieldsMade>(path);
    if (answer.kind !== 'ok') return;
    this.made = answer.value;
    this.changed();
  }
}
