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
import { placeOf, tagsOf } from './template-syntax.ts';

/** Characters tried at most for one value: keeps the check of a hostile text within milliseconds. */
const MOST_WORK = 200_000;
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

/**
 * What every message must show and some condition hides. Only what stands within conditions alone is tried, in every way
 * these allow; where that were too many ways for a text of its length, it is not taken either.
 */
function droppedBySome(source: string, at: ClientTemplateAt): string | null {
  const required = requiredVariables(at.name);
  const hidden = enclosed(source, required);
  for (const [variable, conditions] of hidden) {
    const open = CLIENT_VARIABLES.filter((one) => conditions.has(one) && !required.includes(one));
    if (source.length << open.length > MOST_WORK) return variable;
    for (let mask = 0; mask < 1 << open.length; mask += 1) {
      const filled = open.filter((_variable, index) => (mask >> index) % 2 === 1);
      const fault = faultOf(() => checkWhatever(at, new Set([...required, ...filled])));
      if (fault !== null) return fault;
    }
  }
  return null;
}

/** Required values that never stand outside of a condition, each with the conditions around it. */
function enclosed(
  source: string,
  required: readonly ClientVariable[],
): ReadonlyMap<ClientVariable, ReadonlySet<string>> {
  const around = new Map(required.map((variable) => [variable, new Set<string>()]));
  const within: string[] = [];
  for (const { sign, name, argument } of tagsOf(source)) {
    if (sign === '/') within.pop();
    else if (sign === '#') within.push(argument);
    else if (sign === '^' && name !== '') within.push(name);
    const variable = required.find((one) => sign === '' && one === name);
    if (variable === undefined) continue;
    if (within.length === 0) around.delete(variable);
    for (const condition of within) around.get(variable)?.add(condition);
  }
  return around;
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
