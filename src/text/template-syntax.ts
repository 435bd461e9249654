/** Says where a template that cannot be read goes wrong: the parser itself names no more than a line. */

export interface SyntaxFault {
  readonly line: number;
  readonly column: number;
  readonly code: 'syntax' | 'unclosed-braces' | 'unclosed-block' | 'unopened-block';
  /** The block's helper; '' when there is none. */
  readonly name: string;
}

/** Comments whole; tags with what opens or closes a block; and double braces that never end. */
const TAG =
  /\{\{~?!--[\s\S]*?--~?\}\}|\{\{~?![\s\S]*?\}\}|\{\{~?([#^/]?)[ \t]*([\w-]*)[ \t]*([\w-]*)[^{}]*\}\}|\{\{/gu;

export interface TemplateTag {
  readonly whole: string;
  readonly index: number;
  readonly sign: string;
  /** The helper of a block, else the value's name; '' in a comment. */
  readonly name: string;
  readonly argument: string;
}

/** Tags and comments in the order of the text. */
export function tagsOf(source: string): readonly TemplateTag[] {
  return [...source.matchAll(TAG)].map(
    ({ 0: whole, 1: sign = '', 2: name = '', 3: argument = '', index }) => ({
      whole,
      index,
      sign,
      name,
      argument,
    }),
  );
}

/** Line and column of a place in the text, from 1. */
export function placeOf(source: string, index: number): { line: number; column: number } {
  const before = source.slice(0, index).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

/** @param lineTold line that the parser named */
export function syntaxFault(source: string, lineTold: number): SyntaxFault {
  const open: { readonly name: string; readonly index: number }[] = [];
  const fault = (index: number, code: SyntaxFault['code'], name: string): SyntaxFault => ({
    ...placeOf(source, index),
    code,
    name,
  });
  for (const { whole, sign, name, index } of tagsOf(source)) {
    if (whole === '{{') return fault(index, 'unclosed-braces', '');
    if (sign === '#' || (sign === '^' && name !== '')) open.push({ name, index });
    if (sign !== '/') continue;
    const opened = open.pop();
    if (opened === undefined) return fault(index, 'unopened-block', name);
    if (opened.name !== name) return fault(opened.index, 'unclosed-block', opened.name);
  }
  const left = open.at(-1);
  if (left !== undefined) return fault(left.index, 'unclosed-block', left.name);
  return { line: lineTold, column: 1, code: 'syntax', name: '' };
}
