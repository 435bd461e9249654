/** Message templates of a portal: what administrators see, save and take back. Every change stands in the journal, without the text. */
import type {
  ImportedDraft,
  TemplateDraft,
  TemplateFault,
  TemplateGroup,
  TemplateKind,
  TemplatePlaceholder,
  TemplatesFile,
  TemplatesState,
  TemplateText,
} from '../../core/admin/templates-state.ts';
import { TEMPLATE_LANGUAGES, textKey } from '../../core/admin/templates-state.ts';
import type { JournalKind } from '../../core/journal-entry.ts';
import { AppError } from '../../errors.ts';
import { plainLine } from '../journal-lines.ts';
import type {
  OwnTemplate,
  OwnTemplateParts,
  PlaceholderShape,
  TemplateProblemAt,
  TemplateRef,
} from '../ports/own-templates.ts';
import type { Language } from '../ports/texts.ts';
import type { PortalTools, Say } from '../ports/tools.ts';
import type { AdminDeps, AdminUser } from './admin-deps.ts';

export async function templatesState(user: AdminUser, deps: AdminDeps): Promise<TemplatesState> {
  const { templates, policies } = deps.tools;
  const own = await ownByKey(deps.portalId, templates);
  const names = await namesOf([...own.values()], deps);
  const all = await policies.list(deps.portalId);
  const refs = templates.book.infos.flatMap(({ name }) =>
    TEMPLATE_LANGUAGES.map((language) => ({ language, name })),
  );
  return {
    kinds: templates.book.infos.map((info) => kindOf(info, user.language, deps.say)),
    texts: refs.map((ref) => textOf(ref, own.get(textKey(ref)), { templates, names })),
    // Deals come first: their number is the lowest.
    entityTypes: [...new Set(all.map(({ pipeline }) => pipeline.entityTypeId))].toSorted(
      (a, b) => a - b,
    ),
  };
}

async function ownByKey(
  portalId: string,
  { store }: OwnTemplateParts,
): Promise<ReadonlyMap<string, OwnTemplate>> {
  const { templates } = await store.read(portalId);
  return new Map(templates.map((one) => [textKey(one), one]));
}

/** A portal that does not name its people leaves their numbers. */
async function namesOf(
  own: readonly OwnTemplate[],
  { client }: AdminDeps,
): Promise<ReadonlyMap<number, string>> {
  const names = new Map<number, string>();
  for (const id of new Set(own.map(({ savedBy }) => savedBy))) {
    const name = await client.channels.staffName(id).catch((error: unknown) => {
      if (error instanceof AppError) return '';
      throw error;
    });
    names.set(id, name === '' ? `ID ${id}` : name);
  }
  return names;
}

function textOf(
  ref: TemplateRef,
  own: OwnTemplate | undefined,
  {
    templates: { book },
    names,
  }: { readonly templates: OwnTemplateParts; readonly names: ReadonlyMap<number, string> },
): TemplateText {
  const original = book.original(ref);
  const text = own?.text ?? null;
  return {
    ...ref,
    text: text ?? original,
    original,
    changed: text !== null,
    broken: text !== null && book.problems(ref, text).length > 0,
    version: own?.version ?? 0,
    savedAt: own?.savedAt ?? null,
    savedBy: own === undefined ? '' : (names.get(own.savedBy) ?? ''),
  };
}

function kindOf(
  { name, group, placeholders, maxLength }: OwnTemplateParts['book']['infos'][number],
  language: Language,
  say: Say,
): TemplateKind {
  const told = ({ items, ...shape }: PlaceholderShape): TemplatePlaceholder => ({
    ...shape,
    meaning: say(language, meaningKey(group, shape.name)),
    items: items && items.map(told),
  });
  return {
    name,
    group,
    maxLength,
    title: say(language, `templates.title.${name}`),
    when: say(language, `templates.when.${name}`),
    placeholders: placeholders.map(told),
  };
}

/** To a client a link is the page of answers, to colleagues the ticket's card. */
function meaningKey(group: TemplateGroup, name: string): string {
  return group === 'staff' && name === 'link' ? 'templates.var.card' : `templates.var.${name}`;
}

export type SaveResult =
  | { readonly kind: 'saved'; readonly text: TemplateText }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'changed' }
  | { readonly kind: 'faults'; readonly faults: readonly TemplateFault[] };

export interface TemplateWish extends TemplateRef {
  /** null: the original again. */
  readonly text: string | null;
  readonly version: number;
}

export async function saveTemplate(
  { text: wanted, version, ...ref }: TemplateWish,
  user: AdminUser,
  deps: AdminDeps,
): Promise<SaveResult> {
  const { templates, clock } = deps.tools;
  if (!isKnown(ref, templates)) return { kind: 'unknown' };
  // Word for word the original: the portal goes on with it, also when an update words it anew.
  const text = wanted === templates.book.original(ref) ? null : wanted;
  const faults = text === null ? [] : faultsOf({ ...ref, text }, user.language, deps);
  if (faults.length > 0) return { kind: 'faults', faults };
  const savedAt = clock.now();
  const change = { ...ref, text, version, savedAt, savedBy: user.id };
  const saved = await templates.store.save(deps.portalId, change);
  if (saved.kind === 'changed') return { kind: 'changed' };
  const state = text === null ? 'original' : 'own';
  await note('template-saved', { from: version, to: saved.version, state }, { ref, user, deps });
  const own = (await ownByKey(deps.portalId, templates)).get(textKey(ref));
  const names = new Map([[user.id, user.name]]);
  return { kind: 'saved', text: textOf(ref, own, { templates, names }) };
}

export function isKnown({ name }: TemplateRef, { book }: OwnTemplateParts): boolean {
  return book.infos.some((info) => info.name === name);
}

/** Who did what to which template; never the text. */
export async function note(
  kind: Extract<JournalKind, 'template-saved' | 'template-tested'>,
  detail: Readonly<Record<string, string | number>>,
  {
    ref,
    user,
    deps,
  }: { readonly ref: TemplateRef; readonly user: AdminUser; readonly deps: AdminDeps },
): Promise<void> {
  const { clock, journal } = deps.tools;
  const line = plainLine(clock.now(), kind, { template: textKey(ref), ...detail });
  await journal.append(deps.portalId, [{ ...line, movedBy: user.id }]);
}

/** What keeps a text from being saved, in the reader's words. */
export function faultsOf(
  { text, ...ref }: TemplateDraft,
  language: Language,
  { tools: { templates }, say }: Pick<AdminDeps, 'tools' | 'say'>,
): readonly TemplateFault[] {
  const max = templates.book.infos.find(({ name }) => name === ref.name)?.maxLength ?? 0;
  return templates.book
    .problems(ref, text)
    .map((problem) => faultOf(problem, max, { language, say }));
}

const tag = (words: string): string => `{{${words}}}`;

function faultOf(
  { allowed, ...problem }: TemplateProblemAt,
  max: number,
  { language, say }: { readonly language: Language; readonly say: Say },
): TemplateFault {
  const { code, name, line, column } = problem;
  const named = /^[a-z]+$/iu.test(name);
  const block = code === 'may-be-empty' ? 'if' : name;
  const params = {
    line,
    column,
    name,
    max,
    allowed: allowed.join(', '),
    tag: tag(name),
    open: tag(`#${block} ${name}`),
    end: tag(`/${block}`),
    close: '}}',
    link: `[…](${tag('link')})`,
    meaning: named && code === 'variable-missing' ? say(language, `templates.var.${name}`) : '',
  };
  return { ...problem, message: say(language, `templates.fault.${code}`, params) };
}

export async function exportTemplates({ portalId, tools }: AdminDeps): Promise<TemplatesFile> {
  const own = await ownByKey(portalId, tools.templates);
  const templates = [...own.values()].flatMap(({ language, name, text }) =>
    text === null ? [] : [{ language, name, text }],
  );
  return { format: 'closegate-templates', version: 1, templates };
}

/** Drafts for the page, each with what is wrong with it; nothing is saved. */
export function importTemplates(
  drafts: readonly TemplateDraft[],
  user: AdminUser,
  deps: AdminDeps,
): readonly ImportedDraft[] {
  return drafts
    .filter((draft) => isKnown(draft, deps.tools.templates))
    .map((draft) => ({ ...draft, faults: faultsOf(draft, user.language, deps) }));
}

/** A text of the portal's own that is not in force any more. */
export interface OwnTemplateProblem extends TemplateRef {
  /** null: an update took the template away altogether, nothing is sent in its place. */
  readonly problem: TemplateProblemAt | null;
}

/** For the self-check: messages of these are made of the originals. Throws store-unavailable. */
export async function templateProblems(
  portalId: string,
  { templates: { store, book } }: Pick<PortalTools, 'templates'>,
): Promise<readonly OwnTemplateProblem[]> {
  const { templates } = await store.read(portalId);
  return templates.flatMap(({ language, name, text }): readonly OwnTemplateProblem[] => {
    if (text === null) return [];
    const ref = { language, name };
    if (!book.infos.some((info) => info.name === name)) return [{ ...ref, problem: null }];
    const [problem] = book.problems(ref, text);
    return problem === undefined ? [] : [{ ...ref, problem }];
  });
}
