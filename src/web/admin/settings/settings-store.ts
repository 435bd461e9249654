/** Everything the settings page knows: the pipelines there are, and a form for each that was opened. */
import type { PipelineSettings, SettingsHome } from '../../../core/admin/settings-state.ts';
import type { Api, ApiAnswer } from '../../shared/api.ts';
import type { TabId } from './places.ts';
import { tabOf } from './places.ts';
import type { Trouble } from './policy-form.ts';
import { PolicyForm } from './policy-form.ts';

export class SettingsStore {
  readonly api: Api;
  home: SettingsHome | null = null;
  trouble: Trouble | null = null;
  chosen = '';
  /** Kept while another pipeline is looked at. */
  tab: TabId = 'stages';
  /** Path of the setting that wants the focus as soon as it is drawn; '': none. */
  wanted = '';
  changed: () => void = () => undefined;
  numberWords: PolicyForm['numberWords'] | null = null;
  readonly #forms = new Map<string, PolicyForm>();

  constructor(api: Api) {
    this.api = api;
  }

  /** null while it is on its way. */
  get form(): PolicyForm | null {
    return this.#forms.get(this.chosen) ?? null;
  }

  /** Pipelines whose form differs from what is saved. */
  get unsaved(): readonly string[] {
    return [...this.#forms].flatMap(([key, form]) => (form.touched ? [key] : []));
  }

  async load(): Promise<void> {
    const answer = await this.api.call<SettingsHome>('/api/settings');
    if (answer.kind === 'ok') {
      this.home = answer.value;
      this.trouble = null;
      const { pipelines } = answer.value;
      const known = pipelines.some(({ pipeline }) => pipeline === this.chosen);
      const served = pipelines.find(({ state }) => state === 'enforce' || state === 'observe');
      const first = served ?? pipelines[0];
      if (!known && first) await this.choose(first.pipeline);
    } else this.#fail(answer, () => void this.load());
    this.changed();
  }

  /** Opens the form of a pipeline; one that is open already keeps what was typed. */
  async choose(pipeline: string): Promise<void> {
    this.chosen = pipeline;
    this.changed();
    const gone = this.home?.pipelines.some(
      (line) => line.pipeline === pipeline && line.state === 'gone',
    );
    if (gone !== true && !this.#forms.has(pipeline)) await this.open(pipeline);
  }

  show(tab: TabId): void {
    this.tab = tab;
    this.changed();
  }

  /** Leads to a setting, of this pipeline or of another one. */
  async goTo(pipeline: string, path: string): Promise<void> {
    if (pipeline !== '' && pipeline !== this.chosen) await this.choose(pipeline);
    this.wanted = path;
    this.show(tabOf(path) ?? this.tab);
  }

  /** Reads it anew, for a pipeline that was set up elsewhere (the wizard). */
  async open(pipeline: string): Promise<void> {
    this.trouble = null;
    const answer = await this.api.call<PipelineSettings>(`/api/settings/pipeline/${pipeline}`);
    if (answer.kind === 'ok') {
      const form = new PolicyForm(answer.value, {
        api: this.api,
        changed: () => this.changed(),
      });
      if (this.numberWords) form.numberWords = this.numberWords;
      this.#forms.set(pipeline, form);
    } else this.#fail(answer, () => void this.open(pipeline));
    this.changed();
  }

  #fail(answer: ApiAnswer<unknown>, again: () => void): void {
    if (answer.kind === 'ok' || answer.kind === 'same') return;
    const text = answer.kind === 'refused' ? answer.message : '';
    this.trouble = { kind: answer.kind, text, again };
  }
}
