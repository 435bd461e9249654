/** Every template a portal may word itself, group by group: its rules, its original, its check and its compilation. */
import type { TemplateRef } from '../app/ports/own-templates.ts';
import type { TemplateGroup } from '../core/admin/templates-state.ts';
import { ARTICLE_RULES, articleProblems, readArticleTemplate } from './article-templates.ts';
import type { ArticleTemplateName } from './article-templates.ts';
import { clientProblems } from './client-template-check.ts';
import type { ClientTemplateName } from './client-templates.ts';
import {
  CLIENT_TEMPLATES,
  clientShape,
  isClientTemplate,
  MAX_SOURCE,
  readClientTemplate,
  requiredVariables,
} from './client-templates.ts';
import type { DocumentationForm } from './documentation-templates.ts';
import {
  DOCUMENTATION_RULES,
  documentationProblems,
  readDocumentation,
} from './documentation-templates.ts';
import type { StaffTemplateName } from './staff-templates.ts';
import { readStaffTemplate, STAFF_SHAPES, staffRules } from './staff-templates.ts';
import type { Template, TemplateProblem } from './template.ts';
import { compileTemplate } from './template.ts';
import type { TemplateRules } from './template-rules.ts';
import { textProblems } from './template-rules.ts';

type Language = TemplateRef['language'];

export type TemplateName =
  ClientTemplateName | StaffTemplateName | DocumentationForm | ArticleTemplateName;

export interface TemplateEntry {
  readonly name: TemplateName;
  readonly group: TemplateGroup;
  readonly rules: TemplateRules;
  read(language: Language): string;
  /** In reading order; empty when the text may be saved. */
  problems(text: string, language: Language): readonly TemplateProblem[];
}

const client = (name: ClientTemplateName): TemplateEntry => ({
  name,
  group: 'client',
  rules: { shape: clientShape(name), required: requiredVariables(name), maxLength: MAX_SOURCE },
  read: (language) => readClientTemplate(name, language),
  problems: (text, language) => clientProblems(text, name, language),
});

const staff = (name: StaffTemplateName): TemplateEntry => ({
  name,
  group: 'staff',
  rules: staffRules(name),
  read: (language) => readStaffTemplate(name, language),
  problems: (text) => textProblems(text, staffRules(name)),
});

const documentation = (name: DocumentationForm): TemplateEntry => ({
  name,
  group: 'documentation',
  rules: DOCUMENTATION_RULES,
  read: (language) => readDocumentation(name, language),
  problems: (text) => documentationProblems(text, name),
});

const article = (name: ArticleTemplateName): TemplateEntry => ({
  name,
  group: 'kb',
  rules: ARTICLE_RULES[name],
  read: (language) => readArticleTemplate(name, language),
  problems: (text, language) => articleProblems(text, name, language),
});

const isStaff = (name: string): name is StaffTemplateName => Object.hasOwn(STAFF_SHAPES, name);

/** In the order people look for them. */
export const TEMPLATE_ENTRIES: readonly TemplateEntry[] = [
  ...Object.keys(CLIENT_TEMPLATES).filter(isClientTemplate).map(client),
  ...Object.keys(STAFF_SHAPES).filter(isStaff).map(staff),
  ...(['solution', 'solution-markdown'] as const).map(documentation),
  ...(['article', 'example'] as const).map(article),
];

const BY_NAME: ReadonlyMap<string, TemplateEntry> = new Map(
  TEMPLATE_ENTRIES.map((entry) => [entry.name, entry]),
);

export function templateEntry(name: string): TemplateEntry | null {
  return BY_NAME.get(name) ?? null;
}

/** @throws AppError template-failed with the place of the first problem of its grammar */
export function compileEntry(entry: TemplateEntry, language: Language, text: string): Template {
  const label = `${entry.group}/${language}/${entry.name}.hbs`;
  return compileTemplate(text, label, entry.rules.shape, entry.rules.maxOutput);
}
