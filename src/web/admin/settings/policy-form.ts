/**
 * The settings of one pipeline while they are being changed. What is typed lives here, not in the controls, so that neither a
 * tab, nor a lost connection, nor an ended session, nor somebody else's save loses it.
 */
import { mergePolicies, sameSettings } from '../../../core/admin/merge-policies.ts';
import type {
  Person,
  PipelineSettings,
  PolicyCheck,
  PolicyProposal,
  PolicyVersions,
  SettingChange,
  SettingNote,
} from '../../../core/admin/settings-state.ts';
import type { ClosingPolicy } from '../../../core/policy.ts';
import type { Api, ApiAnswer } from '../../shared/api.ts';
import type { NumberWords } from './policy-parts.ts';
import { numberProblems, settingAt, tidy } from './policy-parts.ts';

/** Connection or session lost: the last wish can be repeated. Or the server's own words of refusal. */
export interface Trouble {
  readonly kind: 'away' | 'over' | 'refused';
  readonly text: string;
  readonly again: () => void;
}

/** Somebody else saved while this form was open. */
export interface Conflict {
  readonly theirs: PipelineSettings;
  readonly by: string;
  readonly changes: readonly SettingChange[];
}

/** Where the content of the form came from, told until it is saved or dropped. */
export interface Origin {
  readonly kind: 'file' | 'version';
  readonly changes: readonly SettingChange[];
}

const CHECK_PAUSE_MS = 500;

interface Options {
  readonly api: Api;
  readonly changed: () => void;
}

export class PolicyForm {
  readonly #options: Options;
  base: PipelineSettings;
  policy: ClosingPolicy;
  check: PolicyCheck;
  /** The check belongs to an earlier content of the form. */
  checking = false;
  saving = false;
  trouble: Trouble | null = null;
  conflict: Conflict | null = null;
  origin: Origin | null = null;
  /** A save was refused for these: the summary is shown until the next one. */
  refused = false;
  /** What the last save did; null: nothing was saved since the form was opened. */
  saved: PipelineSettings['saved'] | null = null;
  #chosen: readonly SettingNote[] = [];
  readonly #names = new Map<number, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  constructor(base: PipelineSettings, options: Options) {
    this.#options = options;
    this.base = base;
    this.policy = base.policy;
    this.check = base.check;
    this.#remember(base.people);
  }

  get dirty(): boolean {
    return this.base.version === 0 || !sameSettings(this.base.policy, this.policy);
  }

  /** Whether leaving the page would lose something typed. */
  get touched(): boolean {
    return !sameSettings(this.base.policy, this.policy);
  }

  nameOf(id: number): string {
    return this.#names.get(id) ?? '';
  }

  change(patch: Partial<ClosingPolicy>, people: readonly Person[] = []): void {
    const before = this.policy;
    this.policy = { ...before, ...patch };
    const still = ({ path }: SettingNote): boolean =>
      path === '' || settingAt(before, path) === settingAt(this.policy, path);
    this.#chosen = this.#chosen.filter(still);
    this.saved = null;
    this.#remember(people);
    this.#checkSoon();
    this.#options.changed();
  }

  /** All that refuses a save, found here or by the server. */
  problems(): readonly SettingNote[] {
    const own = this.#ownProblems();
    const paths = new Set(own.map(({ path }) => path));
    return [...own, ...this.check.problems.filter(({ path }) => !paths.has(path))];
  }

  /** Of an import: what it could not carry over, while nobody has chosen there. */
  toChoose(): readonly SettingNote[] {
    return this.#chosen;
  }

  errorAt(path: string): string | undefined {
    return this.problems().find((note) => note.path === path)?.text;
  }

  async save(): Promise<boolean> {
    if (this.saving) return false;
    if (this.#ownProblems().length > 0) return this.#refuse();
    this.#set({ saving: true, trouble: null });
    const { pipeline, version } = this.base;
    const answer = await this.#options.api.call<PipelineSettings>(
      `/api/settings/pipeline/${pipeline}`,
      { method: 'PUT', body: { policy: tidy(this.policy), version } },
    );
    this.saving = false;
    if (answer.kind === 'ok') {
      this.#begin(answer.value);
      this.saved = answer.value.saved ?? { changed: true, created: [] };
      this.#options.changed();
      return true;
    }
    return this.#notSaved(answer);
  }

  /** Back to what is saved. */
  reset(): void {
    this.#begin(this.base);
    this.saved = null;
    this.#checkSoon();
    this.#options.changed();
  }

  /** Unsaved changes from elsewhere; nothing is saved. */
  adopt(proposal: PolicyProposal, kind: Origin['kind']): void {
    const { version } = this.base;
    this.policy = { ...proposal.policy, version };
    this.check = proposal.check;
    this.#chosen = proposal.toChoose;
    this.#remember(proposal.people);
    this.#set({ saved: null, refused: false, origin: { kind, changes: proposal.changes } });
  }

  /** My changes on top of what the other saved; still to be saved. */
  keepMine(): void {
    if (this.conflict === null) return;
    const { theirs } = this.conflict;
    const policy = mergePolicies(this.base.policy, this.policy, theirs.policy);
    const { origin } = this;
    this.#begin(theirs);
    this.policy = policy;
    this.#checkSoon();
    this.#set({ origin });
  }

  takeTheirs(): void {
    if (this.conflict === null) return;
    this.#begin(this.conflict.theirs);
    this.#options.changed();
  }

  async checkNow(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#ownProblems().length > 0) return;
    const turn = (this.#turn += 1);
    const policy = tidy(this.policy);
    const answer = await this.#options.api.call<{ readonly check: PolicyCheck }>(
      `/api/settings/pipeline/${this.base.pipeline}/check`,
      { method: 'POST', body: { policy } },
    );
    if (turn !== this.#turn) return;
    this.checking = false;
    if (answer.kind === 'ok') {
      this.check = answer.value.check;
      if (this.trouble?.kind !== 'refused') this.trouble = null;
    } else this.#fail(answer, () => void this.checkNow());
    this.#options.changed();
  }

  #begin(base: PipelineSettings): void {
    clearTimeout(this.#timer);
    this.#turn += 1;
    this.base = base;
    this.policy = base.policy;
    this.check = base.check;
    this.#chosen = [];
    this.checking = false;
    this.trouble = null;
    this.conflict = null;
    this.origin = null;
    this.refused = false;
    this.#remember(base.people);
  }

  async #notSaved(answer: ApiAnswer<PipelineSettings>): Promise<boolean> {
    if (answer.kind === 'refused' && answer.code === 'changed') return this.#meet();
    if (answer.kind === 'refused' && answer.code === 'invalid') {
      const { problems } = answer.answer as { problems?: readonly SettingNote[] };
      this.check = { ...this.check, problems: problems ?? [] };
      if (problems && problems.length > 0) return this.#refuse();
    }
    this.#fail(answer, () => void this.save());
    this.#options.changed();
    return false;
  }

  /** Reads what the other saved, in words, to choose from. */
  async #meet(): Promise<boolean> {
    const { api } = this.#options;
    const { pipeline, version } = this.base;
    const [theirs, versions] = await Promise.all([
      api.call<PipelineSettings>(`/api/settings/pipeline/${pipeline}`),
      api.call<PolicyVersions>(`/api/settings/versions?pipeline=${pipeline}`),
    ]);
    if (theirs.kind !== 'ok') this.#fail(theirs, () => void this.#meet());
    else {
      const lines = versions.kind === 'ok' ? versions.value.versions : [];
      const newer = lines.filter((line) => line.version > version);
      this.conflict = {
        theirs: theirs.value,
        by: [...new Set(newer.map(({ by }) => by).filter((by) => by !== ''))].join(', '),
        changes: newer.flatMap(({ changes }) => changes),
      };
    }
    this.#options.changed();
    return false;
  }

  #fail(answer: ApiAnswer<unknown>, again: () => void): void {
    if (answer.kind === 'ok' || answer.kind === 'same') return;
    const text = answer.kind === 'refused' ? answer.message : '';
    this.trouble = { kind: answer.kind, text, again };
  }

  #refuse(): false {
    this.#set({ refused: true });
    return false;
  }

  #checkSoon(): void {
    clearTimeout(this.#timer);
    this.checking = true;
    this.#turn += 1;
    this.#timer = setTimeout(() => void this.checkNow(), CHECK_PAUSE_MS);
  }

  #ownProblems(): readonly SettingNote[] {
    return numberProblems(this.policy, this.base.book.limits, this.numberWords);
  }

  /** Set by the page, which has the words. */
  numberWords: NumberWords = (_path, least, most) => `${least}–${most}`;

  #remember(people: readonly Person[]): void {
    for (const { id, name } of people) if (name !== '') this.#names.set(id, name);
  }

  #set(
    change: Partial<Pick<PolicyForm, 'saving' | 'trouble' | 'saved' | 'refused' | 'origin'>>,
  ): void {
    Object.assign(this, change);
    this.#options.changed();
  }
}
