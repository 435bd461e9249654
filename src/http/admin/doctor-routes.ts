/** Routes of the self-check and of the portal's own lock. Administrators only. */
import { Router } from 'express';
import { z } from 'zod';
import { answerDoctor, doctorHome, runDoctor } from '../../app/admin/doctor.ts';
import { nativeLock } from '../../app/admin/native-lock.ts';
import { DOCTOR_ANSWERS } from '../../core/admin/doctor-state.ts';
import { looksOwn } from '../../core/own-field-name.ts';
import { FIELD_KEYS } from '../../core/policy.ts';
import { sendApiError } from '../api-answer.ts';
import { queryOf, sendOk } from './answer.ts';
import type { AdminCall, On } from './call.ts';
import { readPipelineText } from './read-pipeline.ts';

export function createDoctorRoutes(on: On): Router {
  const router = Router();
  router.get('/api/settings/doctor', on('admin', home));
  router.post('/api/settings/doctor', on('admin', run));
  router.put('/api/settings/doctor/answers', on('admin', answer));
  router.get('/api/settings/lock', on('admin', lock));
  router.get('/api/settings/progress', on('admin', progress));
  return router;
}

async function home({ user, deps, res }: AdminCall): Promise<void> {
  sendOk(res, await doctorHome(user, deps));
}

const runSchema = z.object({
  check: z.string().max(40).exactOptional(),
  run: z.string().max(40).exactOptional(),
  write: z.boolean().exactOptional(),
});

async function run({ user, deps, req, res }: AdminCall): Promise<void> {
  const body = runSchema.safeParse(req.body ?? {});
  const done = body.success ? await runDoctor(body.data, user, deps) : null;
  if (done === null) return sendApiError(res, 400, { code: 'bad-request', message: '' });
  sendOk(res, done);
}

const answerSchema = z.object({ id: z.string().max(200), answer: z.enum(DOCTOR_ANSWERS) });

async function answer({ user, deps, req, res }: AdminCall): Promise<void> {
  const body = answerSchema.safeParse(req.body);
  if (!body.success) return sendApiError(res, 400, { code: 'bad-request', message: '' });
  const questions = await answerDoctor(body.data, user, deps);
  // The stages have changed meanwhile: the page asks for the questions anew.
  if (questions === null) return sendApiError(res, 404, { code: 'not-found', message: '' });
  sendOk(res, { questions });
}

async function lock({ deps, req, res }: AdminCall): Promise<void> {
  const pipeline = readPipelineText(queryOf(req).get('pipeline'));
  const found = pipeline === null ? null : await nativeLock(pipeline, deps);
  if (found === null) return sendApiError(res, 404, { code: 'not-found', message: '' });
  sendOk(res, { lock: found });
}

/** How many of the app's fields stand on the portal: what a page shows while a save creates them. */
async function progress({ deps, req, res }: AdminCall): Promise<void> {
  const pipeline = readPipelineText(queryOf(req).get('pipeline'));
  if (pipeline === null) return sendApiError(res, 404, { code: 'not-found', message: '' });
  const names = await deps.tools.probe.fieldNames(pipeline.entityTypeId);
  const made = names.filter((name) => looksOwn(name.toUpperCase())).length;
  sendOk(res, { made, total: Math.max(made, FIELD_KEYS.length) });
}
