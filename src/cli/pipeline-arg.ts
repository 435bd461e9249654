/** `2:5` and `2:759` on the command line. */
import type { Language } from '../app/ports/texts.ts';
import type { PipelineRef } from '../core/policy.ts';
import type { TicketRef } from '../core/ticket.ts';

/** null when it is no pipeline; category 0 is the portal's first pipeline. */
export function readPipeline(text: string): PipelineRef | null {
  const [, type, category] = /^(\d{1,9}):(\d{1,9})$/.exec(text) ?? [];
  if (type === undefined || Number(type) === 0) return null;
  return { entityTypeId: Number(type), categoryId: Number(category) };
}

/** null when it is no ticket. */
export function readTicketRef(text: string): TicketRef | null {
  const [, type, id] = /^(\d{1,9}):(\d{1,15})$/.exec(text) ?? [];
  const ref = { entityTypeId: Number(type ?? 0), id: Number(id ?? 0) };
  return ref.entityTypeId > 0 && ref.id > 0 ? ref : null;
}

/** undefined when it is no language the app speaks. */
export function readLanguage(text: string | undefined): Language | null | undefined {
  if (text === undefined) return null;
  return text === 'ru' || text === 'en' ? text : undefined;
}

/** The first letter of "yes" in the person's own language, which the question shows. */
export function isYes(answer: string): boolean {
  return ['y', 'yes', '\u0434', '\u0434\u0430'].includes(answer.trim().toLowerCase());
}
