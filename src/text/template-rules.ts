/** What a text must be, whoever wrote it: not empty, not endless, without invisible characters, naming what it is there to tell. */
import type { TemplateProblem, TemplateShape } from './template.ts';
import { templateProblems } from './template.ts';
import { placeOf } from './template-syntax.ts';

export interface TemplateRules {
  readonly shape: TemplateShape;
  /** Values and lists that the text must name. */
  readonly required: readonly string[];
  /** Characters of the text itself. */
  readonly maxLength: number;
  /** Characters of what it makes; absent: MAX_OUTPUT of template.ts. */
  readonly maxOutput?: number;
}

/** Longest text of a template for colleagues, documents and articles. */
export const MAX_STAFF_SOURCE = 8000;

/** Control and direction-changing characters, and those that stand for values while a message is put together. */
const CONTROL_CHARACTER = /[\p{Cf}\p{Co}\p{Cs}]|(?![\r\n\t])\p{Cc}/gu;

const atStart = { line: 1, column: 1 } as const;

/** Whether the text names the value, or goes through the list. */
export function mentions(source: string, name: string): boolean {
  return new RegExp(`\\{\\{~?(?:#each\\s+)?${name}~?\\}\\}`, 'u').test(source);
}

export function controlCharacters(source: string): readonly TemplateProblem[] {
  return [...source.matchAll(CONTROL_CHARACTER)].map((match) => ({
    ...placeOf(source, match.index),
    code: 'control-character',
    name: `U+${(match[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
    message: 'remove the invisible character',
  }));
}

/** In reading order; empty when the text may be used. */
export function textProblems(
  source: string,
  { shape, required, maxLength }: TemplateRules,
): readonly TemplateProblem[] {
  if (source.trim() === '') {
    return [{ ...atStart, code: 'empty', name: '', message: 'write a text' }];
  }
  if (source.length > maxLength) {
    const message = `shorten the template to ${maxLength} characters`;
    return [{ ...placeOf(source, maxLength), code: 'too-long', name: '', message }];
  }
  const missing = required
    .filter((name) => !mentions(source, name))
    .map((name): TemplateProblem => ({
      ...atStart,
      code: 'variable-missing',
      name,
      message: `name {{${name}}} in the text`,
    }));
  return inOrder([...missing, ...templateProblems(source, shape), ...controlCharacters(source)]);
}

export function inOrder(problems: readonly TemplateProblem[]): readonly TemplateProblem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}
