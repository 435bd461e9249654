/** A portal's own message templates: kept by redis/, known and rendered by text/. */
import type {
  PreviewPiece,
  TemplateGroup,
  TemplateLanguage,
} from '../../core/admin/templates-state.ts';
import type { Gap } from '../../core/decision.ts';
import type { ReplyRules } from '../../core/replies/reply-rules.ts';
import type { Instant } from '../../core/ticket.ts';
import type { ClientMessageContext, ClientTexts } from './client.ts';
import type { ClosingDocument, DocumentationTexts } from './documentation.ts';
import type { ArticleContext, ArticleTexts } from './knowledge.ts';
import type { StaffTexts } from './texts.ts';

export interface TemplateRef {
  readonly language: TemplateLanguage;
  readonly name: string;
}

export interface OwnTemplate extends TemplateRef {
  /** null: the original is in force again. */
  readonly text: string | null;
  readonly version: number;
  readonly savedAt: Instant;
  readonly savedBy: number;
  /** Texts it had before, newest first: messages made of them are still being quoted. */
  readonly past: readonly string[];
}

export interface OwnTemplates {
  /** Changes with every save; '' while nothing was ever saved. */
  readonly revision: string;
  readonly templates: readonly OwnTemplate[];
}

export interface TemplateChange extends TemplateRef {
  readonly text: string | null;
  /** Version it was made from; 0: nothing was ever saved. */
  readonly version: number;
  readonly savedAt: Instant;
  readonly savedBy: number;
}

/** Everything of a portal goes with the portal. Throws store-unavailable. */
export interface TemplateStore {
  /** One small read, asked before each piece of work. */
  revision(portalId: string): Promise<string>;
  read(portalId: string): Promise<OwnTemplates>;
  /** `changed`: somebody saved meanwhile, nothing was written. */
  save(
    portalId: string,
    change: TemplateChange,
  ): Promise<{ readonly kind: 'saved' | 'changed'; readonly version: number }>;
  /** Counts a test message; false when the user has had this hour's share. */
  takeTest(portalId: string, userId: number): Promise<boolean>;
}

/** Every text a portal speaks with. */
export interface TextSet {
  readonly texts: StaffTexts;
  readonly clientTexts: ClientTexts;
  readonly documentation: DocumentationTexts;
  readonly articleTexts: ArticleTexts;
  readonly replyRules: ReplyRules;
}

export interface TextSets {
  /** Of the templates that come with the app: one for all portals. */
  readonly shared: TextSet;
  /** With a portal's own texts where it has some; one that cannot be used any more gives way to the original. */
  withOwn(portalId: string, own: OwnTemplates): TextSet;
}

/** What the templates are about. `params` of a fault fill its sentence in the locale files (`templates.fault.<code>`). */
export interface TemplateProblemAt {
  readonly line: number;
  readonly column: number;
  readonly code: string;
  readonly name: string;
  /** Names that may stand there. */
  readonly allowed: readonly string[];
}

export interface PlaceholderShape {
  readonly name: string;
  readonly required: boolean;
  readonly mayBeEmpty: boolean;
  readonly items: readonly PlaceholderShape[] | null;
}

export interface TemplateInfo {
  readonly name: string;
  readonly group: TemplateGroup;
  readonly placeholders: readonly PlaceholderShape[];
  readonly maxLength: number;
}

/** Values a preview is made of; null: samples. */
export interface PreviewValues {
  readonly client: ClientMessageContext | null;
  readonly ticket: { readonly id: number; readonly title: string; readonly link: string } | null;
  readonly gaps: readonly Gap[] | null;
  readonly document: ClosingDocument | null;
  readonly article: ArticleContext | null;
}

export interface RenderedTemplate {
  readonly subject: string;
  readonly plain: string;
  readonly bb: string;
  readonly mail: {
    readonly html: string;
    readonly paragraphs: readonly (readonly PreviewPiece[])[];
  } | null;
  /** Required values that the ticket does not have: a sample stands for each. */
  readonly lacking: readonly string[];
}

/** The templates there are, and what each may say. */
export interface TemplateBook {
  readonly infos: readonly TemplateInfo[];
  original(ref: TemplateRef): string;
  /** In reading order; empty when the text may be used. */
  problems(ref: TemplateRef, text: string): readonly TemplateProblemAt[];
  /** For a text without problems. @throws AppError template-failed */
  render(ref: TemplateRef, text: string, values: PreviewValues): RenderedTemplate;
}

export interface OwnTemplateParts {
  readonly store: TemplateStore;
  readonly book: TemplateBook;
  /** What the portal's messages are made of now. */
  readonly inForce: TextSet;
}
