/** Routes of the message templates. Administrators only; nothing here ever reaches a client. */
import { Router } from 'express';
import {
  exportTemplates,
  importTemplates,
  saveTemplate,
  templatesState,
} from '../../app/admin/own-templates.ts';
import type { SaveResult, TemplateWish } from '../../app/admin/own-templates.ts';
import { previewTemplate, testTemplate } from '../../app/admin/template-preview.ts';
import type { PreviewWish } from '../../app/admin/template-preview.ts';
import type { TemplateFault } from '../../core/admin/templates-state.ts';
import { refKey } from '../../core/ticket.ts';
import { sendApiError } from '../api-answer.ts';
import { queryOf, sendOk } from './answer.ts';
import type { AdminCall, On } from './call.ts';
import { readFile, readPreview, readReset, readSave } from './templates-wishes.ts';

const PATH = '/api/settings/templates';

export function createTemplatesRoutes(on: On): Router {
  const router = Router();
  router.get(PATH, on('admin', list));
  router.get(`${PATH}/export`, on('admin', exported));
  router.post(`${PATH}/import`, on('admin', imported));
  router.post(`${PATH}/preview`, on('admin', preview));
  router.post(`${PATH}/test`, on('admin', test));
  router
    .route(`${PATH}/:language/:name`)
    .put(on('admin', async (call) => save(readSave(call.req), call)))
    .delete(on('admin', async (call) => save(readReset(call.req, queryOf(call.req)), call)));
  return router;
}

async function list({ user, deps, res }: AdminCall): Promise<void> {
  sendOk(res, { templates: await templatesState(user, deps) });
}

async function exported({ deps, res }: AdminCall): Promise<void> {
  const file = await exportTemplates(deps);
  res.set({
    'Cache-Control': 'no-store',
    'Content-Disposition': 'attachment; filename="closegate-templates.json"',
  });
  res.json(file);
}

async function imported(call: AdminCall): Promise<void> {
  const { user, deps, req, res } = call;
  const drafts = readFile(req.body);
  if (drafts === null) return refuse(call, 422, 'file');
  sendOk(res, { drafts: importTemplates(drafts, user, deps) });
}

async function preview(call: AdminCall): Promise<void> {
  const { user, deps, res } = call;
  const wish = previewWish(call);
  if (wish === null) return;
  const result = await previewTemplate(wish, user, deps);
  if (result.kind === 'unknown') return refuse(call, 404, 'unknown');
  if (result.kind === 'no-ticket') return refuseTicket(call, wish);
  const { faults, preview: shown } = result;
  sendOk(res, { check: { faults, preview: shown } });
}

async function test(call: AdminCall): Promise<void> {
  const { user, deps, res } = call;
  const wish = previewWish(call);
  if (wish === null) return;
  const result = await testTemplate(wish, user, deps);
  switch (result.kind) {
    case 'sent':
      return sendOk(res, {});
    case 'faults':
      return refuseFaults(call, result.faults);
    case 'no-ticket':
      return refuseTicket(call, wish);
    case 'too-many':
      return refuse(call, 429, 'too-many');
    case 'unknown':
      return refuse(call, 404, 'unknown');
  }
}

/** null after it has answered. */
function previewWish(call: AdminCall): PreviewWish | null {
  const read = readPreview(call.req);
  if (read.kind === 'wish') return read.wish;
  if (read.kind === 'bad-ticket') refuse(call, 422, 'ticket', { ticket: read.ticket });
  else refuse(call, 400, 'bad-request');
  return null;
}

async function save(wish: TemplateWish | null, call: AdminCall): Promise<void> {
  const { user, deps } = call;
  if (wish === null) return refuse(call, 400, 'bad-request');
  answerSaved(await saveTemplate(wish, user, deps), call);
}

function answerSaved(result: SaveResult, call: AdminCall): void {
  switch (result.kind) {
    case 'saved':
      return sendOk(call.res, { text: result.text });
    case 'faults':
      return refuseFaults(call, result.faults);
    case 'changed':
      return refuse(call, 409, 'changed');
    case 'unknown':
      return refuse(call, 404, 'unknown');
  }
}

type Refusal = 'unknown' | 'changed' | 'bad-request' | 'ticket' | 'too-many' | 'file';

function refuse(
  { user, deps, res }: AdminCall,
  status: number,
  code: Refusal,
  params: Readonly<Record<string, string>> = {},
): void {
  const message = deps.say(user.language, `templates.error.${code}`, params);
  if (status === 429) res.set('Retry-After', '3600');
  sendApiError(res, status, { code, message, ...(code === 'ticket' ? { field: 'ticket' } : {}) });
}

function refuseTicket(call: AdminCall, { ticket }: PreviewWish): void {
  refuse(call, 422, 'ticket', { ticket: ticket === null ? '' : refKey(ticket) });
}

/** The first fault in the message and its place in `field`, as every refusal has them; all of them beside it. */
function refuseFaults({ user, deps, res }: AdminCall, faults: readonly TemplateFault[]): void {
  const [first] = faults;
  const { line, column, message } = first ?? { line: 1, column: 1, message: '' };
  const words = deps.say(user.language, 'templates.error.problems', { line, column, message });
  const error = { code: 'problems', message: words, field: `${line}:${column}`, problems: faults };
  sendApiError(res, 422, error);
}
