/** Handlebars templates behind an allow-list: what a template may say is checked when it is loaded, not when it is sent. */
import Handlebars from 'handlebars';
import { AppError } from '../errors.ts';

/** What a template may use: plain values by name, and lists of items that have such a shape themselves. */
export interface TemplateShape {
  readonly values: readonly string[];
  readonly lists: Readonly<Record<string, TemplateShape>>;
}

export type TemplateContext = {
  readonly [name: string]: string | readonly TemplateContext[];
};

export type Template = (context: TemplateContext) => string;

/** Longest message a template may produce; the rest is cut off with an ellipsis. */
export const MAX_OUTPUT = 16_000;
const MAX_EACH_DEPTH = 2;

type Node = hbs.AST.Node;

const isMustache = (node: Node): node is hbs.AST.MustacheStatement =>
  node.type === 'MustacheStatement';
const isBlock = (node: Node): node is hbs.AST.BlockStatement => node.type === 'BlockStatement';
const isPath = (node: Node | undefined): node is hbs.AST.PathExpression =>
  node?.type === 'PathExpression';

/** Where a template is being checked: its name for messages, and how deep in `each` blocks. */
interface Place {
  readonly name: string;
  readonly depth: number;
}

function refuse(place: Place, node: Node, what: string): never {
  const { line, column } = node.loc.start;
  throw new AppError('template-failed', `${place.name}:${line}:${column + 1}: ${what}`);
}

/** The single name a path consists of; anything cleverer is refused. */
function nameOf(place: Place, node: Node | undefined, within: Node): string {
  if (!isPath(node)) return refuse(place, within, 'only a plain name may stand here');
  const [name] = node.parts;
  if (node.data || node.depth > 0 || node.parts.length !== 1 || name !== node.original) {
    return refuse(place, node, `"${node.original}" is not a plain name`);
  }
  return node.original;
}

function checkMustache(place: Place, node: hbs.AST.MustacheStatement, shape: TemplateShape): void {
  if (!node.escaped) refuse(place, node, 'write two braces, not three');
  if (node.params.length > 0 || node.hash !== undefined) {
    refuse(place, node, 'helpers are not allowed here; only if, unless and each as blocks');
  }
  const name = nameOf(place, node.path, node);
  if (!shape.values.includes(name)) {
    refuse(place, node, `unknown variable "${name}"; allowed: ${shape.values.join(', ')}`);
  }
}

function shapeInside(
  place: Place,
  node: hbs.AST.BlockStatement,
  shape: TemplateShape,
): TemplateShape {
  const helper = isPath(node.path) ? node.path.original : '';
  if (!['if', 'unless', 'each'].includes(helper)) {
    refuse(place, node, `unknown helper "${helper}"; allowed: if, unless, each`);
  }
  if (node.params.length !== 1 || node.hash !== undefined || node.program.blockParams) {
    refuse(place, node, `"${helper}" takes exactly one name`);
  }
  const name = nameOf(place, node.params[0], node);
  const list = Object.hasOwn(shape.lists, name) ? shape.lists[name] : undefined;
  if (helper === 'each') return itemShape(place, node, list, name);
  if (list || shape.values.includes(name)) return shape;
  return refuse(place, node, `unknown variable "${name}"`);
}

function itemShape(
  place: Place,
  node: hbs.AST.BlockStatement,
  list: TemplateShape | undefined,
  name: string,
): TemplateShape {
  if (place.depth >= MAX_EACH_DEPTH) refuse(place, node, 'too many "each" inside each other');
  return list ?? refuse(place, node, `"${name}" is not a list that may stand here`);
}

function checkProgram(place: Place, program: hbs.AST.Program, shape: TemplateShape): void {
  for (const node of program.body) {
    if (node.type === 'ContentStatement' || node.type === 'CommentStatement') continue;
    if (isMustache(node)) {
      checkMustache(place, node, shape);
    } else if (isBlock(node)) {
      const inside = shapeInside(place, node, shape);
      const depth = place.depth + (isPath(node.path) && node.path.original === 'each' ? 1 : 0);
      checkProgram({ ...place, depth }, node.program, inside);
      if (node.inverse) checkProgram(place, node.inverse, shape);
    } else {
      refuse(place, node, `${node.type} is not allowed`);
    }
  }
}

function parse(engine: typeof Handlebars, source: string, name: string): hbs.AST.Program {
  try {
    return engine.parse(source);
  } catch (error) {
    const line = /line (\d+)/.exec(error instanceof Error ? error.message : '')?.[1] ?? '1';
    throw new AppError('template-failed', `${name}:${line}:1: the template cannot be read`, {
      cause: error,
    });
  }
}

/**
 * Checks and compiles a template. Values are put in as they are: the caller has made them safe for the channel.
 * @throws AppError template-failed with `name:line:column` and what is wrong
 */
export function compileTemplate(source: string, name: string, shape: TemplateShape): Template {
  const engine = Handlebars.create();
  const program = parse(engine, source, name);
  checkProgram({ name, depth: 0 }, program, shape);
  const render = engine.compile(program, {
    noEscape: true,
    strict: true,
    knownHelpersOnly: true,
    knownHelpers: { if: true, unless: true, each: true },
  });
  return (context) => {
    const text = render(context).trim();
    return text.length <= MAX_OUTPUT ? text : `${text.slice(0, MAX_OUTPUT - 1)}…`;
  };
}
