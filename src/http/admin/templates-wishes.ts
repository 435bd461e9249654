/** What the page of templates asks for, read strictly: anything else is a bad request. */
import type { Request } from 'express';
import type { TemplateWish } from '../../app/admin/own-templates.ts';
import type { PreviewWish } from '../../app/admin/template-preview.ts';
import type { TemplateRef } from '../../app/ports/own-templates.ts';
import { TEMPLATE_LANGUAGES } from '../../core/admin/templates-state.ts';
import type { TemplateDraft } from '../../core/admin/templates-state.ts';
import type { TicketRef } from '../../core/ticket.ts';

/** Far above any template, so that a text that is too long is told so instead of being refused as a whole. */
const MAX_TEXT = 100_000;
const MAX_DRAFTS = 200;

function fieldsOf(body: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof body === 'object' && body !== null ? Object.entries(body) : []);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.length <= MAX_TEXT
    ? value.replaceAll('\r\n', '\n')
    : null;
}

function refOf(language: unknown, name: unknown): TemplateRef | null {
  const known = TEMPLATE_LANGUAGES.find((one) => one === language);
  return known !== undefined && typeof name === 'string' && /^[a-z-]{1,60}$/.test(name)
    ? { language: known, name }
    : null;
}

function draftOf(body: unknown): TemplateDraft | null {
  const fields = fieldsOf(body);
  const ref = refOf(fields.get('language'), fields.get('name'));
  const text = textOf(fields.get('text'));
  return ref === null || text === null ? null : { ...ref, text };
}

export function readSave({ params, body }: Request): TemplateWish | null {
  const fields = fieldsOf(body);
  const ref = refOf(params['language'], params['name']);
  const text = textOf(fields.get('text'));
  const version = versionOf(fields.get('version'));
  return ref === null || text === null || version === null ? null : { ...ref, text, version };
}

/** The version travels in the address: a DELETE has no body. */
export function readReset({ params }: Request, query: URLSearchParams): TemplateWish | null {
  const ref = refOf(params['language'], params['name']);
  const version = versionOf(Number(query.get('version') ?? 'none'));
  return ref === null || version === null ? null : { ...ref, text: null, version };
}

function versionOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

export type PreviewRead =
  | { readonly kind: 'wish'; readonly wish: PreviewWish }
  | { readonly kind: 'bad-request' }
  | { readonly kind: 'bad-ticket'; readonly ticket: string };

/** `ticket`: `2:759`; '' or absent for sample values. */
export function readPreview({ body }: Request): PreviewRead {
  const draft = draftOf(body);
  if (draft === null) return { kind: 'bad-request' };
  const named: unknown = fieldsOf(body).get('ticket') ?? '';
  if (named === '') return { kind: 'wish', wish: { ...draft, ticket: null } };
  const ticket = typeof named === 'string' ? ticketOf(named.trim()) : null;
  if (ticket !== null) return { kind: 'wish', wish: { ...draft, ticket } };
  return { kind: 'bad-ticket', ticket: String(named).slice(0, 20) };
}

function ticketOf(text: string): TicketRef | null {
  const [, type, id] = /^(\d{1,6}):(\d{1,12})$/.exec(text) ?? [];
  if (type === undefined || id === undefined || Number(id) === 0) return null;
  return { entityTypeId: Number(type), id: Number(id) };
}

/** The file of the export; null when it is something else. */
export function readFile(body: unknown): readonly TemplateDraft[] | null {
  const fields = fieldsOf(fieldsOf(body).get('document'));
  const templates: unknown = fields.get('templates');
  if (!(Number(fields.get('version') ?? 1) <= 1)) return null;
  if (fields.get('format') !== 'closegate-templates' || !Array.isArray(templates)) return null;
  const drafts = templates.slice(0, MAX_DRAFTS).map(draftOf);
  const known = drafts.filter((draft) => draft !== null);
  return known.length === drafts.length ? known : null;
}
