/** Handlebars templates behind an allow-list: what a template may say is checked when it is loaded, not when it is sent. */
import Handlebars from 'handlebars';
import { AppError } from '../errors.ts';
import { syntaxFault } from './template-syntax.ts';
import type { SyntaxFault } from './template-syntax.ts';

/** What a template may use: plain values by name, and lists of items that have such a shape themselves. */
export interface TemplateShape {
  readonly values: readonly string[];
  readonly lists: Readonly<Record<string, TemplateShape>>;
  /** Values that may be empty: each may stand only where an `if` or `unless` has made sure of it, so no hole is left. */
  readonly optional?: readonly string[];
}

export type TemplateContext = {
  readonly [name: string]: string | readonly TemplateContext[];
};

export type Template = (context: TemplateContext) => string;

export type TemplateProblemCode =
  | SyntaxFault['code']
  | 'not-allowed'
  | 'three-braces'
  | 'helper-arguments'
  | 'unknown-variable'
  | 'unknown-helper'
  | 'block-arguments'
  | 'not-a-name'
  | 'not-a-list'
  | 'too-deep'
  | 'may-be-empty'
  | 'empty'
  | 'first-lines'
  | 'line-missing'
  | 'conditional'
  | TextProblemCode;

/** Problems of a client template's own words, found by client-templates.ts. */
export type TextProblemCode =
  | 'too-long'
  | 'subject-missing'
  | 'subject-number-missing'
  | 'variable-missing'
  | 'placeholder'
  | 'control-character';

/** What is wrong with a template, and where; line and column count from 1. */
export interface TemplateProblem {
  readonly line: number;
  readonly column: number;
  readonly code: TemplateProblemCode;
  /** The variable, helper or text it is about; '' when there is none. */
  readonly name: string;
  /** In English, for logs and errors. */
  readonly message: string;
  /** Names that may stand there, where the name is the trouble. */
  readonly allowed?: readonly string[];
}

/** Longest message a template may produce; the rest is cut off with an ellipsis. */
export const MAX_OUTPUT = 16_000;
const MAX_EACH_DEPTH = 2;
/** Far above any sensible text; keeps a hostile one from exhausting the stack. */
const MAX_BLOCK_DEPTH = 20;

type Node = hbs.AST.Node;

const isMustache = (node: Node): node is hbs.AST.MustacheStatement =>
  node.type === 'MustacheStatement';
const isBlock = (node: Node): node is hbs.AST.BlockStatement => node.type === 'BlockStatement';
const isPath = (node: Node | undefined): node is hbs.AST.PathExpression =>
  node?.type === 'PathExpression';

/** Where a template is being checked: how deep, which optional values are known to be there, what was found so far. */
interface Place {
  readonly eachDepth: number;
  readonly blockDepth: number;
  readonly sure: ReadonlySet<string>;
  readonly problems: TemplateProblem[];
}

type Wrong = Omit<TemplateProblem, 'line' | 'column'>;

function report(place: Place, node: Node, wrong: Wrong): null {
  const { line, column } = node.loc.start;
  place.problems.push({ line, column: column + 1, ...wrong });
  return null;
}

/** The single name a path consists of; anything cleverer is reported. */
function nameOf(place: Place, node: Node | undefined, within: Node): string | null {
  if (!isPath(node)) {
    const message = 'only a plain name may stand here';
    return report(place, within, { code: 'not-a-name', name: '', message });
  }
  const [name] = node.parts;
  if (node.data || node.depth > 0 || node.parts.length !== 1 || name !== node.original) {
    const message = `"${node.original}" is not a plain name`;
    return report(place, node, { code: 'not-a-name', name: node.original, message });
  }
  return node.original;
}

function checkMustache(place: Place, node: hbs.AST.MustacheStatement, shape: TemplateShape): void {
  const written = isPath(node.path) ? node.path.original : '';
  if (!node.escaped) {
    const message = 'write two braces, not three';
    report(place, node, { code: 'three-braces', name: written, message });
    return;
  }
  if (node.params.length > 0 || node.hash !== undefined) {
    const message = 'helpers are not allowed here; only if, unless and each as blocks';
    report(place, node, { code: 'helper-arguments', name: written, message });
    return;
  }
  const name = nameOf(place, node.path, node);
  if (name === null) return;
  if (!shape.values.includes(name)) {
    const allowed = shape.values;
    const message = `unknown variable "${name}"; allowed: ${allowed.join(', ')}`;
    report(place, node, { code: 'unknown-variable', name, message, allowed });
  } else if (shape.optional?.includes(name) && !place.sure.has(name)) {
    const message = `"${name}" may be empty: put it inside {{#if ${name}}}`;
    report(place, node, { code: 'may-be-empty', name, message });
  }
}

/** The block's helper and the name it takes; null when it is reported. */
function readBlock(
  place: Place,
  node: hbs.AST.BlockStatement,
): { readonly helper: string; readonly name: string } | null {
  const helper = isPath(node.path) ? node.path.original : '';
  if (!['if', 'unless', 'each'].includes(helper)) {
    const message = `unknown helper "${helper}"; allowed: if, unless, each`;
    return report(place, node, { code: 'unknown-helper', name: helper, message });
  }
  if (node.params.length !== 1 || node.hash !== undefined || node.program.blockParams) {
    const message = `"${helper}" takes exactly one name`;
    return report(place, node, { code: 'block-arguments', name: helper, message });
  }
  const name = nameOf(place, node.params[0], node);
  return name === null ? null : { helper, name };
}

function checkBlock(place: Place, node: hbs.AST.BlockStatement, shape: TemplateShape): void {
  const block = readBlock(place, node);
  if (block === null) return;
  const { helper, name } = block;
  if (place.blockDepth >= MAX_BLOCK_DEPTH) {
    const message = 'too many blocks inside each other';
    report(place, node, { code: 'too-deep', name: helper, message });
    return;
  }
  const deeper: Place = { ...place, blockDepth: place.blockDepth + 1 };
  if (helper === 'each') {
    checkEach(deeper, node, shape, name);
    return;
  }
  if (!Object.hasOwn(shape.lists, name) && !shape.values.includes(name)) {
    const message = `unknown variable "${name}"`;
    const allowed = [...shape.values, ...Object.keys(shape.lists)];
    report(place, node, { code: 'unknown-variable', name, message, allowed });
    return;
  }
  const filled: Place = { ...deeper, sure: new Set([...place.sure, name]) };
  checkProgram(helper === 'if' ? filled : deeper, node.program, shape);
  if (node.inverse) checkProgram(helper === 'if' ? deeper : filled, node.inverse, shape);
}

function checkEach(
  place: Place,
  node: hbs.AST.BlockStatement,
  shape: TemplateShape,
  name: string,
): void {
  const list = Object.hasOwn(shape.lists, name) ? shape.lists[name] : undefined;
  if (place.eachDepth >= MAX_EACH_DEPTH) {
    const message = 'too many "each" inside each other';
    report(place, node, { code: 'too-deep', name: 'each', message });
  } else if (!list) {
    const message = `"${name}" is not a list that may stand here`;
    const allowed = Object.keys(shape.lists);
    report(place, node, { code: 'not-a-list', name, message, allowed });
  } else {
    const inside = { ...place, eachDepth: place.eachDepth + 1, sure: new Set<string>() };
    checkProgram(inside, node.program, list);
    if (node.inverse) checkProgram(place, node.inverse, shape);
  }
}

function checkProgram(place: Place, program: hbs.AST.Program, shape: TemplateShape): void {
  for (const node of program.body) {
    if (node.type === 'ContentStatement' || node.type === 'CommentStatement') continue;
    if (isMustache(node)) {
      checkMustache(place, node, shape);
    } else if (isBlock(node)) {
      checkBlock(place, node, shape);
    } else {
      const message = `${node.type} is not allowed`;
      report(place, node, { code: 'not-allowed', name: node.type, message });
    }
  }
}

/** The parsed template and everything that is wrong with it, in reading order. */
function inspect(engine: typeof Handlebars, source: string, shape: TemplateShape) {
  const problems: TemplateProblem[] = [];
  let program: hbs.AST.Program;
  try {
    program = engine.parse(source);
  } catch (error) {
    const line = Number(/line (\d+)/.exec(error instanceof Error ? error.message : '')?.[1] ?? 1);
    const fault = syntaxFault(source, line);
    const what = fault.code === 'syntax' ? '' : `: ${fault.code.replace('-', ' ')}`;
    problems.push({ ...fault, message: `the template cannot be read${what}` });
    return { program: null, problems };
  }
  checkProgram({ eachDepth: 0, blockDepth: 0, sure: new Set(), problems }, program, shape);
  return { program, problems };
}

/** Everything in a template that the shape does not allow, in reading order; empty when it may be used. */
export function templateProblems(source: string, shape: TemplateShape): readonly TemplateProblem[] {
  return inspect(Handlebars.create(), source, shape).problems;
}

/** The fault a wrong template is refused with. */
export function refusal(name: string, { line, column, message }: TemplateProblem): AppError {
  return new AppError('template-failed', `${name}:${line}:${column}: ${message}`);
}

/**
 * Checks and compiles a template. Values are put in as they are: the caller has made them safe for the channel.
 * @throws AppError template-failed with `name:line:column` and what is wrong
 */
export function compileTemplate(
  source: string,
  name: string,
  shape: TemplateShape,
  maxOutput = MAX_OUTPUT,
): Template {
  const engine = Handlebars.create();
  const { program, problems } = inspect(engine, source, shape);
  const [first] = problems;
  if (first !== undefined) throw refusal(name, first);
  const render = engine.compile(program, {
    noEscape: true,
    strict: true,
    knownHelpersOnly: true,
    knownHelpers: { if: true, unless: true, each: true },
  });
  return (context) => {
    const text = render(context).trim();
    return text.length <= maxOutput ? text : `${text.slice(0, maxOutput - 1)}…`;
  };
}
