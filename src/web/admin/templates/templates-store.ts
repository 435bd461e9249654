/** Everything the page of templates knows: what is saved, what is being written, and what is wrong with it. */
import type {
  ImportedDraft,
  TemplateCheck,
  TemplateFault,
  TemplateKind,
  TemplateLanguage,
  TemplatePreview,
  TemplatesState,
  TemplateText,
} from '../../../core/admin/templates-state.ts';
import { textKey } from '../../../core/admin/templates-state.ts';
import type { Api, ApiAnswer } from '../../shared/api.ts';

/** A pause in typing: then the preview is made anew. */
const PAUSE_MS = 500;
const PATH = '/api/settings/templates';

/** What was said at the end of an action; `failed` interrupts a screen reader. */
export interface Told {
  readonly failed: boolean;
  readonly text: string;
}

/** What stands beside the text; `key` tells which text it belongs to. */
interface Shown {
  readonly key: string;
  readonly faults: readonly TemplateFault[];
  readonly preview: TemplatePreview | null;
}

export interface StoreWords {
  readonly saved: string;
  readonly reset: string;
  readonly sent: string;
  readonly away: string;
  readonly over: string;
  readonly notAFile: string;
  readonly imported: (count: number, skipped: number) => string;
}

const NOTHING: Shown = { key: '', faults: [], preview: null };

export class TemplatesStore {
  readonly #api: Api;
  readonly #words: StoreWords;
  readonly #drafts = new Map<string, string>();
  state: TemplatesState | null = null;
  language: TemplateLanguage;
  name = '';
  /** `2:759`; '' for sample values. */
  ticket = '';
  /** Words about a ticket that cannot be shown. */
  ticketFault = '';
  shown: Shown = NOTHING;
  told: Told | null = null;
  /** What is under way. */
  busy: 'save' | 'reset' | 'test' | 'file' | null = null;
  changed: () => void = () => undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Answers to earlier questions are of no interest. */
  #asked = 0;

  constructor(api: Api, language: TemplateLanguage, words: StoreWords) {
    this.#api = api;
    this.language = language;
    this.#words = words;
  }

  async load(): Promise<void> {
    const answer = await this.#api.call<{ templates: TemplatesState }>(PATH);
    if (answer.kind === 'ok') {
      this.state = answer.value.templates;
      const [first] = this.state.kinds;
      if (this.name === '' && first) this.name = first.name;
      this.told = null;
    } else this.#tell(answer);
    this.changed();
    this.#look(0);
  }

  get kind(): TemplateKind | null {
    return this.state?.kinds.find(({ name }) => name === this.name) ?? null;
  }

  /** As it stands on the server. */
  get saved(): TemplateText | null {
    return this.#textOf(this.name);
  }

  get key(): string {
    return textKey(this);
  }

  get draft(): string {
    return this.#drafts.get(this.key) ?? this.saved?.text ?? '';
  }

  get isDirty(): boolean {
    return this.isDraft(this.name);
  }

  get faults(): readonly TemplateFault[] {
    return this.shown.key === this.key ? this.shown.faults : [];
  }

  get preview(): TemplatePreview | null {
    return this.shown.key === this.key ? this.shown.preview : null;
  }

  get unsaved(): number {
    return this.#drafts.size;
  }

  isDraft(name: string): boolean {
    return this.#drafts.has(textKey({ language: this.language, name }));
  }

  isChanged(name: string): boolean {
    return this.#textOf(name)?.changed === true;
  }

  #textOf(name: string): TemplateText | null {
    const texts = this.state?.texts ?? [];
    return texts.find((one) => one.name === name && one.language === this.language) ?? null;
  }

  show(name: string): void {
    this.name = name;
    this.#moved();
  }

  speak(language: TemplateLanguage): void {
    this.language = language;
    this.#moved();
  }

  #moved(): void {
    this.told = null;
    this.changed();
    this.#look(0);
  }

  write(text: string): void {
    if (text === this.saved?.text) this.#drafts.delete(this.key);
    else this.#drafts.set(this.key, text);
    this.told = null;
    this.changed();
    this.#look(PAUSE_MS);
  }

  /** Back to what is saved. */
  drop(): void {
    this.#drafts.delete(this.key);
    this.#moved();
  }

  choose(ticket: string): void {
    this.ticket = ticket;
    this.ticketFault = '';
    this.changed();
    this.#look(PAUSE_MS);
  }

  #look(after: number): void {
    clearTimeout(this.#timer);
    if (this.state !== null) this.#timer = setTimeout(() => void this.#preview(), after);
  }

  async #preview(): Promise<void> {
    const { key } = this;
    this.#asked += 1;
    const mine = this.#asked;
    const body = { ...this.#wish(), ticket: this.ticket };
    const answer = await this.#api.call<{ check: TemplateCheck }>(`${PATH}/preview`, {
      method: 'POST',
      body,
    });
    if (mine !== this.#asked) return;
    if (answer.kind === 'ok') {
      this.shown = { key, ...answer.value.check };
      this.ticketFault = '';
    } else if (answer.kind === 'refused' && answer.field === 'ticket') {
      this.ticketFault = answer.message;
    } else this.#tell(answer);
    this.changed();
  }

  #wish() {
    return { language: this.language, name: this.name, text: this.draft };
  }

  async save(): Promise<void> {
    const { key, draft } = this;
    const body = { text: draft, version: this.saved?.version ?? 0 };
    const answer = await this.#during('save', () =>
      this.#api.call<{ text: TemplateText }>(`${PATH}/${key}`, { method: 'PUT', body }),
    );
    if (answer.kind === 'ok') this.#keep(answer.value.text, this.#words.saved);
    else if (answer.kind === 'refused' && answer.code === 'changed') await this.#reread(answer);
    else this.#tell(answer);
    this.changed();
  }

  async reset(): Promise<void> {
    const { key } = this;
    const version = this.saved?.version ?? 0;
    const answer = await this.#during('reset', () =>
      this.#api.call<{ text: TemplateText }>(`${PATH}/${key}?version=${version}`, {
        method: 'DELETE',
      }),
    );
    if (answer.kind === 'ok') this.#keep(answer.value.text, this.#words.reset);
    else if (answer.kind === 'refused' && answer.code === 'changed') await this.#reread(answer);
    else this.#tell(answer);
    this.changed();
  }

  /** What was typed while it was being saved is a draft of the new version. */
  #keep(text: TemplateText, words: string): void {
    const key = textKey(text);
    const typed = this.#drafts.get(key);
    const isNewer = typed !== undefined && typed !== text.text && key === this.key && text.changed;
    if (!isNewer) this.#drafts.delete(key);
    if (this.state !== null) {
      const texts = this.state.texts.map((one) => (textKey(one) === key ? text : one));
      this.state = { ...this.state, texts };
    }
    this.told = { failed: false, text: words };
    this.#look(0);
  }

  /** Somebody else saved: their text is read, the draft stays, and saving it again is a decision. */
  async #reread(answer: ApiAnswer<unknown>): Promise<void> {
    const draft = this.draft;
    await this.load();
    if (draft !== this.saved?.text) this.#drafts.set(this.key, draft);
    this.#tell(answer);
  }

  async test(): Promise<void> {
    const body = { ...this.#wish(), ticket: this.ticket };
    const answer = await this.#during('test', () =>
      this.#api.call(`${PATH}/test`, { method: 'POST', body }),
    );
    if (answer.kind === 'ok') this.told = { failed: false, text: this.#words.sent };
    else this.#tell(answer);
    this.changed();
  }

  /** null: the answer has been told. */
  async file(): Promise<Blob | null> {
    const answer = await this.#during('file', () => this.#api.file(`${PATH}/export`));
    if (answer.kind === 'ok') return answer.value;
    this.#tell(answer);
    this.changed();
    return null;
  }

  /** Texts of the file become drafts; nothing is saved. */
  async adopt(document: object | null): Promise<void> {
    if (document === null) {
      this.told = { failed: true, text: this.#words.notAFile };
      return this.changed();
    }
    const answer = await this.#during('file', () =>
      this.#api.call<{ drafts: readonly ImportedDraft[] }>(`${PATH}/import`, {
        method: 'POST',
        body: { document },
      }),
    );
    if (answer.kind === 'ok') {
      const { drafts } = answer.value;
      for (const draft of drafts) this.#drafts.set(textKey(draft), draft.text);
      const faulty = drafts.filter(({ faults }) => faults.length > 0).length;
      this.told = { failed: false, text: this.#words.imported(drafts.length, faulty) };
      this.#look(0);
    } else this.#tell(answer);
    this.changed();
  }

  async #during<T>(what: NonNullable<TemplatesStore['busy']>, work: () => Promise<T>): Promise<T> {
    this.busy = what;
    this.told = null;
    this.changed();
    try {
      return await work();
    } finally {
      this.busy = null;
    }
  }

  #tell(answer: ApiAnswer<unknown>): void {
    if (answer.kind === 'ok' || answer.kind === 'same') return;
    const text = answer.kind === 'refused' ? answer.message : this.#words[answer.kind];
    this.told = { failed: true, text };
  }
}
