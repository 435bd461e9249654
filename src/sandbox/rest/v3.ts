import type { IncomingMessage } from 'node:http';
import { addTask } from '../state/tasks.ts';
import type { CallEnvironment } from './call-method.ts';
import { withIdempotency } from './idempotency.ts';
import { NOTE_METHODS } from './note-methods.ts';
import { toMap } from './params.ts';
import { textOf } from '../text-of.ts';
import type { V3Answer, V3Method } from './v3-answer.ts';
import { denied, invalidRequest, item, refuse } from './v3-answer.ts';

const taskAdd: V3Method = (env, query) => {
  const fields = toMap(query['fields']);
  for (const name of ['title', 'creatorId', 'responsibleId']) {
    if (fields[name] === undefined || fields[name] === '') return invalidRequest(name);
  }
  const task = addTask(
    env.portal,
    {
      title: textOf(fields['title']),
      responsibleId: Number(fields['responsibleId']),
      crm: Object.values(toMap(fields['crmItemIds'])).map(String),
    },
    { userId: Number(fields['creatorId']), robot: false },
  );
  return item({ id: task.id, title: task.title, responsibleId: task.responsibleId });
};

function findV3(
  env: CallEnvironment,
  method: string,
): { readonly scope: string; readonly run: V3Method } | null {
  const note = Object.hasOwn(NOTE_METHODS, method) ? NOTE_METHODS[method] : undefined;
  if (note && env.portal.doubts.noteAccess !== 'absent') return { scope: 'note', run: note };
  return method === 'tasks.task.add' ? { scope: 'tasks', run: taskAdd } : null;
}

/** REST 3.0 by webhook address: JSON POST only, query parameters ignored, its own error shape. */
export function callV3(
  env: CallEnvironment,
  method: string,
  request: IncomingMessage,
  body: string,
): V3Answer {
  const found = findV3(env, method);
  env.stats.byMethod[`v3:${method}`] = (env.stats.byMethod[`v3:${method}`] ?? 0) + 1;
  if (!found) return refuse(404, 'METHODNOTFOUNDEXCEPTION', `Method ${method} not found`);
  const { noteScope, noteAccess } = env.portal.doubts;
  const note = found.scope === 'note';
  if ((note && noteScope === 'refused') || !env.scopes.has(found.scope)) {
    return refuse(403, 'INSUFFICIENTSCOPEEXCEPTION', `Scope ${found.scope} is required`);
  }
  if (note && noteAccess === 'none') return denied();
  const query = readQuery(request, body);
  if (!query) return refuse(400, 'INVALIDJSONEXCEPTION', 'The body must be a JSON object');
  const key = request.headers['idempotency-key'];
  const answer = withIdempotency(env, { method, key, body }, () => found.run(env, query));
  const time = { start: env.portal.clock.now() / 1000, operating: 0 };
  return answer.status === 200 && typeof answer.body === 'object'
    ? { ...answer, body: { ...answer.body, time } }
    : answer;
}

function readQuery(request: IncomingMessage, body: string): Record<string, unknown> | null {
  if (request.method === 'GET') return {};
  if (!(request.headers['content-type'] ?? '').includes('application/json')) return null;
  try {
    const parsed: unknown = JSON.parse(body === '' ? '{}' : body);
    return typeof parsed === 'object' && parsed !== null ? toMap(parsed) : null;
  } catch {
    return null;
  }
}
