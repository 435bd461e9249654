/** TemplateBook: the templates there are, what each may say, and how a text would look. */
import type {
  PlaceholderShape,
  RenderedTemplate,
  TemplateBook,
  TemplateInfo,
  TemplateRef,
} from '../app/ports/own-templates.ts';
import { AppError } from '../errors.ts';
import type { OriginalTemplates } from './original-templates.ts';
import type { TemplateShape } from './template.ts';
import { compileEntry, TEMPLATE_ENTRIES, templateEntry } from './template-entries.ts';
import type { TemplateEntry } from './template-entries.ts';
import { createTemplatePreview } from './template-preview.ts';

export function createTemplateBook(from: OriginalTemplates): TemplateBook {
  const preview = createTemplatePreview(from);
  const originals = new Map<string, string>();
  return {
    infos: TEMPLATE_ENTRIES.map(infoOf),
    original(ref) {
      const key = `${ref.language}/${ref.name}`;
      const known = originals.get(key) ?? entryOf(ref).read(ref.language);
      originals.set(key, known);
      return known;
    },
    problems: (ref, text) =>
      entryOf(ref)
        .problems(text, ref.language)
        .map(({ line, column, code, name, allowed = [] }) => ({
          line,
          column,
          code,
          name,
          allowed,
        })),
    render(ref, text, values): RenderedTemplate {
      const entry = entryOf(ref);
      return preview(entry, ref.language, compileEntry(entry, ref.language, text), values);
    },
  };
}

function entryOf({ name }: TemplateRef): TemplateEntry {
  const entry = templateEntry(name);
  if (entry === null) throw new AppError('template-failed', `There is no template "${name}".`);
  return entry;
}

function infoOf({ name, group, rules }: TemplateEntry): TemplateInfo {
  const { shape, required, maxLength } = rules;
  return { name, group, maxLength, placeholders: placeholders(shape, required) };
}

function placeholders(
  { values, lists, optional = [] }: TemplateShape,
  required: readonly string[],
): readonly PlaceholderShape[] {
  const one = (name: string, items: PlaceholderShape['items']): PlaceholderShape => ({
    name,
    required: required.includes(name),
    mayBeEmpty: optional.includes(name),
    items,
  });
  return [
    ...values.map((name) => one(name, null)),
    ...Object.entries(lists).map(([name, shape]) => one(name, placeholders(shape, required))),
  ];
}
