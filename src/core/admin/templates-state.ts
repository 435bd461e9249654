/** What the page of message templates is given and sends; plain data, so that server and browser mean the same. */
import type { Instant } from '../ticket.ts';

export const TEMPLATE_GROUPS = ['client', 'staff', 'documentation', 'kb'] as const;
export type TemplateGroup = (typeof TEMPLATE_GROUPS)[number];
export const TEMPLATE_LANGUAGES = ['ru', 'en'] as const;
export type TemplateLanguage = (typeof TEMPLATE_LANGUAGES)[number];

/** What may stand in double braces. */
export interface TemplatePlaceholder {
  readonly name: string;
  /** In the words of the reader. */
  readonly meaning: string;
  /** The text must name it. */
  readonly required: boolean;
  /** It may stand only where an `if` has made sure that there is something. */
  readonly mayBeEmpty: boolean;
  /** What each item of the list has; null: no list. */
  readonly items: readonly TemplatePlaceholder[] | null;
}

/** One occasion, the same in both languages. */
export interface TemplateKind {
  /** File name without its ending: unique over all groups. */
  readonly name: string;
  readonly group: TemplateGroup;
  readonly title: string;
  readonly when: string;
  readonly placeholders: readonly TemplatePlaceholder[];
  /** Characters. */
  readonly maxLength: number;
}

/** The text of one occasion in one language. */
export interface TemplateText {
  readonly language: TemplateLanguage;
  readonly name: string;
  /** What messages are made of, or what the portal has of its own although it is not in force (`broken`). */
  readonly text: string;
  readonly original: string;
  /** The portal has a text of its own. */
  readonly changed: boolean;
  /** The portal's own text cannot be used any more: messages are made of the original. */
  readonly broken: boolean;
  /** 0: never changed. */
  readonly version: number;
  readonly savedAt: Instant | null;
  readonly savedBy: string;
}

export interface TemplatesState {
  readonly kinds: readonly TemplateKind[];
  readonly texts: readonly TemplateText[];
  /** Entity types a ticket can be of, where there are several. */
  readonly entityTypes: readonly number[];
}

/** What is wrong with a text, and where; line and column count from 1. */
export interface TemplateFault {
  readonly line: number;
  readonly column: number;
  readonly code: string;
  readonly name: string;
  /** In the language of the reader: what is wrong and what is allowed. */
  readonly message: string;
}

export type PreviewPiece =
  | { readonly kind: 'text'; readonly text: string }
  /** Shown as a link and leading nowhere. */
  | { readonly kind: 'link'; readonly text: string };

/** A message as it would leave, in the forms of its channels; links are samples and confirm nothing. */
export interface TemplatePreview {
  /** '' where the message has none. */
  readonly subject: string;
  /** BB code. */
  readonly chat: string;
  /** null where it goes out by no letter. */
  readonly mail: {
    readonly html: string;
    readonly paragraphs: readonly (readonly PreviewPiece[])[];
  } | null;
  readonly plain: string;
  /** The ticket it was made of; null: sample values. */
  readonly ticket: { readonly key: string; readonly title: string } | null;
  /** What the reader must know of the values, in the reader's language. */
  readonly notes: readonly string[];
}

export interface TemplateCheck {
  readonly faults: readonly TemplateFault[];
  /** null while there are faults. */
  readonly preview: TemplatePreview | null;
}

/** A file of texts, for another portal. */
export interface TemplatesFile {
  readonly format: 'closegate-templates';
  readonly version: 1;
  readonly templates: readonly TemplateDraft[];
}

export interface TemplateDraft {
  readonly language: TemplateLanguage;
  readonly name: string;
  readonly text: string;
}

/** A text of the file with what is wrong with it; nothing is saved. */
export interface ImportedDraft extends TemplateDraft {
  readonly faults: readonly TemplateFault[];
}

export const textKey = ({ language, name }: Pick<TemplateDraft, 'language' | 'name'>): string =>
  `${language}/${name}`;
