/** Routes of the settings: pipelines, one pipeline's policy, its versions, documents, people. Administrators only. */
import { Router } from 'express';
import type { Request } from 'express';
import { z } from 'zod';
import { exportPolicy, importPolicy, restoreVersion } from '../../app/settings/policy-document.ts';
import type { ProposalAnswer } from '../../app/settings/policy-document.ts';
import { policyVersions } from '../../app/settings/policy-versions.ts';
import { checkPipeline, openPipeline, savePipeline } from '../../app/settings/pipeline-settings.ts';
import { findPeople } from '../../app/settings/find-people.ts';
import { settingsHome } from '../../app/settings/settings-home.ts';
import type { SettingNote } from '../../core/admin/settings-state.ts';
import { AppError } from '../../errors.ts';
import { sendApiError } from '../api-answer.ts';
import { queryOf, sendOk } from './answer.ts';
import { readPipelineText } from './read-pipeline.ts';
import type { AdminCall, On } from './call.ts';

const ONE = '/api/settings/pipeline/:pipeline';

export function createSettingsRoutes(on: On): Router {
  const router = Router();
  router.get('/api/settings', on('admin', home));
  router.get(ONE, on('admin', open));
  router.put(ONE, on('admin', save));
  router.post(`${ONE}/check`, on('admin', check));
  router.get(`${ONE}/version/:version`, on('admin', restore));
  router.get('/api/settings/versions', on('admin', versions));
  router.get('/api/settings/export', on('admin', exportDocument));
  router.post('/api/settings/import', on('admin', importDocument));
  router.get('/api/settings/people', on('admin', people));
  return router;
}

const checkSchema = z.strictObject({ policy: z.unknown() });
const saveSchema = z.strictObject({ policy: z.unknown(), version: z.int().min(0) });
const importSchema = z.strictObject({ document: z.unknown(), pipeline: z.string() });

async function home({ user, deps, res }: AdminCall): Promise<void> {
  sendOk(res, await settingsHome(user.language, deps));
}

async function open(call: AdminCall): Promise<void> {
  const pipeline = readPipelineText(call.req.params['pipeline']);
  const settings = pipeline && (await openPipeline(pipeline, call.user, call.deps));
  if (settings) sendOk(call.res, settings);
  else notFound(call, 'pipeline-unknown');
}

async function check(call: AdminCall): Promise<void> {
  const pipeline = readPipelineText(call.req.params['pipeline']);
  const body = read(checkSchema, call);
  if (body === null) return;
  if (pipeline === null) return notFound(call, 'pipeline-unknown');
  const answer = await checkPipeline(pipeline, body.policy, call.user, call.deps);
  if (answer.kind === 'checked') {
    sendOk(call.res, { check: answer.check, switching: answer.switching });
  } else if (answer.kind === 'invalid') invalid(call, answer.problems);
  else notFound(call, 'pipeline-unknown');
}

async function save(call: AdminCall): Promise<void> {
  const pipeline = readPipelineText(call.req.params['pipeline']);
  const body = read(saveSchema, call);
  if (body === null) return;
  if (pipeline === null) return notFound(call, 'pipeline-unknown');
  const wish = { document: body.policy, version: body.version };
  const answer = await savePipeline(pipeline, wish, call.user, call.deps);
  switch (answer.kind) {
    case 'saved':
      await register(call);
      return sendOk(call.res, answer.settings);
    case 'invalid':
      return invalid(call, answer.problems);
    case 'changed':
      return moved(call, answer.version);
    case 'unknown':
      return notFound(call, 'pipeline-unknown');
  }
}

/** What is saved stays saved: what could not be registered now, the service registers within minutes by itself. */
async function register({ deps }: AdminCall): Promise<void> {
  try {
    await deps.keepRegistered();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
}

function moved(call: AdminCall, version: number): void {
  const message = words(call, 'version-moved', { version });
  sendApiError(call.res, 409, { code: 'changed', message });
}

async function versions(call: AdminCall): Promise<void> {
  const pipeline = readPipelineText(queryOf(call.req).get('pipeline'));
  if (pipeline === null) return notFound(call, 'pipeline-unknown');
  sendOk(call.res, await policyVersions(pipeline, call.user, call.deps));
}

async function restore(call: AdminCall): Promise<void> {
  const pipeline = readPipelineText(call.req.params['pipeline']);
  const version = /^[1-9]\d{0,8}$/.test(String(call.req.params['version']))
    ? Number(call.req.params['version'])
    : null;
  if (pipeline === null) return notFound(call, 'pipeline-unknown');
  if (version === null) return notFound(call, 'version-unknown');
  propose(call, await restoreVersion(pipeline, version, call.user, call.deps));
}

async function importDocument(call: AdminCall): Promise<void> {
  const body = read(importSchema, call);
  if (body === null) return;
  const pipeline = readPipelineText(body.pipeline);
  if (pipeline === null) return notFound(call, 'pipeline-unknown');
  propose(call, await importPolicy(pipeline, body.document, call.user, call.deps));
}

function propose(call: AdminCall, answer: ProposalAnswer): void {
  if (answer.kind === 'proposed') sendOk(call.res, answer.proposal);
  else if (answer.kind === 'invalid') invalid(call, answer.problems);
  else notFound(call, answer.kind === 'no-version' ? 'version-unknown' : 'pipeline-unknown');
}

/** The bare document: the same text as `npm run setup --json` prints. */
async function exportDocument(call: AdminCall): Promise<void> {
  const text = queryOf(call.req).get('pipeline') ?? '';
  const pipeline = readPipelineText(text);
  const document = pipeline && (await exportPolicy(pipeline, call.deps));
  if (!document) return notFound(call, 'nothing-saved');
  const name = `closegate-${text.replace(':', '-')}-v${document.version}.json`;
  call.res.set('Cache-Control', 'no-store');
  call.res.attachment(name);
  call.res.type('application/json').send(`${JSON.stringify(document, null, 2)}\n`);
}

async function people(call: AdminCall): Promise<void> {
  const words = (queryOf(call.req).get('q') ?? '').trim().slice(0, 100);
  sendOk(call.res, await findPeople(words, call.deps));
}

/** The body, or null after it has answered 400. */
function read<Body>(schema: z.ZodType<Body>, { req, res }: AdminCall): Body | null {
  const body = schema.safeParse(bodyOf(req));
  if (body.success) return body.data;
  sendApiError(res, 400, { code: 'bad-request', message: '' });
  return null;
}

const bodyOf = (req: Request): unknown => req.body;

/** Every problem with its place, beside the refusal whose `field` is the first one's. */
function invalid(call: AdminCall, problems: readonly SettingNote[]): void {
  const message = words(call, 'invalid', { count: problems.length });
  const error = { code: 'invalid', message, field: problems[0]?.path ?? '' };
  call.res.set('Cache-Control', 'no-store');
  call.res.status(422).json({ ok: false, error, problems });
}

function notFound(call: AdminCall, key: string): void {
  sendApiError(call.res, 404, { code: 'unknown', message: words(call, key) });
}

const words = (
  { deps, user }: AdminCall,
  key: string,
  params: Readonly<Record<string, number>> = {},
): string => deps.say(user.language, `settings.note.${key}`, params);
