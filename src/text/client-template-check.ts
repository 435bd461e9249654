/** What reading a client template cannot tell: it is filled in every way its conditions allow before anybody may save it. */
import type { ClientMessageContext } from '../app/ports/client.ts';
import type { Language } from '../app/ports/texts.ts';
import { AppError } from '../errors.ts';
import { sampleContext } from './client-preview.ts';
import type { ClientTemplateName, ClientVariable } from './client-templates.ts';
import {
  CLIENT_VARIABLES,
  clientShape,
  requiredVariables,
  validateTemplate,
} from './client-templates.ts';
import type { ClientTemplateAt } from './client-texts.ts';
import { checkWhatever, renderClientMessage } from './client-texts.ts';
import type { TemplateProblem } from './template.ts';
import { compileTemplate } from './template.ts';
import { placeOf } from './template-syntax.ts';

const CONDITION = /\{\{~?[#^][ \t]*(?:(?:if|unless)[ \t]+)?(\w+)/gu;
const BARE = {
  clientName: '',
  specialistName: '',
  recommendations: '',
  productVersion: '',
  productInstruction: '',
  reopenUntil: '',
} as const;
/** Longer than any value may be, and of the letter that grows most when it is escaped. */
const LONG = `x${'"'.repeat(9000)}`;

/** In reading order; empty when the text may be saved. */
export function clientProblems(
  source: string,
  name: ClientTemplateName,
  language: Language,
): readonly TemplateProblem[] {
  const problems = validateTemplate(source, name);
  if (problems.length > 0) return problems;
  const template = compileTemplate(source, `client/${language}/${name}.hbs`, clientShape(name));
  const at = { template, name, language };
  const fault = droppedBySome(source, at) ?? faultOfTrials(at);
  return fault === null ? [] : [problemOf(fault, source)];
}

/** A condition that hides what every message must show. */
function droppedBySome(source: string, at: ClientTemplateAt): string | null {
  const required = requiredVariables(at.name);
  const asked = new Set([...source.matchAll(CONDITION)].map(([, variable]) => variable));
  const open = CLIENT_VARIABLES.filter((one) => asked.has(one) && !required.includes(one));
  for (let mask = 0; mask < 1 << open.length; mask += 1) {
    const filled = new Set<ClientVariable>([
      ...required,
      ...open.filter((_variable, index) => (mask >> index) % 2 === 1),
    ]);
    const fault = faultOf(() => checkWhatever(at, filled));
    if (fault !== null) return fault;
  }
  return null;
}

function faultOfTrials(at: ClientTemplateAt): string | null {
  const sample = sampleContext(at.language, 'product-update');
  const long = { solution: LONG, recommendations: LONG, productInstruction: LONG };
  const trials: readonly ClientMessageContext[] = [
    { ...sample, masterId: sample.ticketId },
    { ...sample, ...BARE },
    { ...sample, ...long },
  ];
  for (const context of trials) {
    const fault = faultOf(() => renderClientMessage(at, context));
    if (fault !== null) return fault;
  }
  return null;
}

function faultOf(trial: () => unknown): string | null {
  try {
    trial();
    return null;
  } catch (error) {
    if (error instanceof AppError && error.code === 'template-failed') return error.detail;
    throw error;
  }
}

function problemOf(fault: string, source: string): TemplateProblem {
  if (fault === 'too-long') {
    const message = 'shorten the template: with long values no message of it could leave';
    return { line: 1, column: 1, code: 'too-long', name: '', message };
  }
  if (fault === 'unfilled') {
    const words = source.replaceAll(/\{\{[^{}]*\}\}/gu, (tag) => ' '.repeat(tag.length));
    const index = Math.max(0, words.search(/\{\{|\}\}/u));
    const name = words.slice(index, index + 2);
    const message = 'double braces would reach the client';
    return { ...placeOf(source, index), code: 'placeholder', name, message };
  }
  const index = Math.max(0, source.indexOf(`{{${fault}}}`));
  const message = `show {{${fault}}} whatever the conditions`;
  return { ...placeOf(source, index), code: 'conditional', name: fault, message };
}
