import { answerRobot } from '../../apps/app-robots.ts';
import { textOf } from '../../text-of.ts';
import { appRequired, checkHandler, forApps } from '../for-apps.ts';
import type { AppMethod } from '../for-apps.ts';
import type { CallContext, CallingApp, MethodMap, MethodSpec } from '../method.ts';
import { mapParam, textParam, toMap } from '../params.ts';
import type { Params, ParamSpecs } from '../params.ts';
import { RestError } from '../rest-error.ts';

const invalid = (text: string): RestError =>
  new RestError(400, 'ERROR_ACTIVITY_VALIDATION_FAILURE', text);
const notFound = (): RestError =>
  new RestError(400, 'ERROR_ACTIVITY_NOT_FOUND', 'Activity or Automation Rule not found!');
const denied = (): RestError => new RestError(400, 'ACCESS_DENIED', 'Access denied!');

const TYPES = 'bool date datetime double file int select string text user'.split(' ');
const FIELDS: ParamSpecs = {
  HANDLER: { type: 'string' },
  AUTH_USER_ID: { type: 'integer' },
  USE_SUBSCRIPTION: { type: 'string' },
  NAME: { type: 'any' },
  DESCRIPTION: { type: 'any' },
  PROPERTIES: { type: 'object' },
  RETURN_PROPERTIES: { type: 'object' },
  DOCUMENT_TYPE: { type: 'list' },
  FILTER: { type: 'object' },
  USE_PLACEMENT: { type: 'string' },
  PLACEMENT_HANDLER: { type: 'string' },
};

function checkCode(code: string): void {
  if (code === '') throw invalid('Empty activity code!');
  if (!/^[a-zA-Z0-9._-]+$/.test(code)) throw invalid('Wrong activity code!');
}

function checkRobotHandler(context: CallContext & CallingApp, handler: string): void {
  checkHandler(context, handler);
  // The page: the link must have the domain where the application is installed.
  if (new URL(handler).hostname !== new URL(context.app.handlerUrl).hostname) {
    throw new RestError(400, 'ERROR_WRONG_HANDLER_URL', 'Wrong handler URL');
  }
}

function checkProperties(given: unknown): void {
  if (given === undefined) return;
  for (const [key, value] of Object.entries(toMap(given))) {
    if (!/^[a-zA-Z][a-zA-Z0-9_]*$/.test(key)) throw invalid(`Wrong property key ${key}!`);
    const property = toMap(value);
    const name = property['Name'];
    if (name === undefined || name === '') throw invalid(`Empty property NAME ${key}!`);
    if (!TYPES.includes(textOf(property['Type']))) throw invalid('Wrong properties array!');
  }
}

function checkFields(context: CallContext & CallingApp, fields: Params): void {
  if (fields['HANDLER'] !== undefined) checkRobotHandler(context, textOf(fields['HANDLER']));
  checkProperties(fields['PROPERTIES']);
  checkProperties(fields['RETURN_PROPERTIES']);
  const type = fields['DOCUMENT_TYPE'];
  if (Array.isArray(type) && type.length !== 3) throw invalid('Wrong activity DOCUMENT_TYPE!');
  const filter = Object.keys(toMap(fields['FILTER']));
  if (filter.some((key) => key !== 'INCLUDE' && key !== 'EXCLUDE')) {
    throw invalid('Wrong activity FILTER!');
  }
  if (fields['USE_PLACEMENT'] === 'Y') {
    checkRobotHandler(context, textOf(fields['PLACEMENT_HANDLER']));
  }
}

const add: AppMethod['run'] = (context, params) => {
  const { app, portal } = context;
  const { CODE: _code, ...fields } = params;
  const code = textParam(params, 'CODE');
  checkCode(code);
  if (textParam(params, 'HANDLER') === '') {
    throw new RestError(400, 'ERROR_WRONG_HANDLER_URL', 'Wrong handler URL');
  }
  const name = fields['NAME'];
  if (
    name === undefined ||
    name === '' ||
    Object.keys(toMap(name)).length + textOf(name).length === 0
  ) {
    throw invalid('Empty activity NAME!');
  }
  checkFields(context, fields);
  if (app.robots.has(code)) {
    const text = 'Activity or Automation rule already installed!';
    throw new RestError(400, 'ERROR_ACTIVITY_ALREADY_INSTALLED', text);
  }
  app.robots.set(code, { code, fields });
  portal.changed();
  return { result: true };
};

const update: AppMethod['run'] = (context, params) => {
  const code = textParam(params, 'CODE');
  checkCode(code);
  const robot = context.app.robots.get(code);
  if (!robot) throw notFound();
  const fields = mapParam(params, 'FIELDS');
  const wrong = Object.keys(fields).find((name) => !Object.hasOwn(FIELDS, name));
  if (Object.keys(fields).length === 0 || wrong !== undefined) throw invalid('No fields to update');
  checkFields(context, fields);
  robot.fields = { ...robot.fields, ...fields };
  context.portal.changed();
  return { result: true };
};

const remove: AppMethod['run'] = ({ app, portal }, params) => {
  const code = textParam(params, 'CODE');
  checkCode(code);
  if (!app.robots.delete(code)) throw notFound();
  portal.changed();
  return { result: true };
};

/** Keys in either case: the table has them upper, the samples lower. */
const EVENT_PARAMS: ParamSpecs = Object.fromEntries(
  ['EVENT_TOKEN', 'RETURN_VALUES', 'LOG_MESSAGE'].flatMap((name) =>
    [name, name.toLowerCase()].map((key) => [key, { type: 'any' as const }]),
  ),
);

function answering(withValues: boolean): MethodSpec {
  return {
    scope: 'bizproc',
    params: EVENT_PARAMS,
    run: (context, params) => {
      const read = (name: string): unknown => params[name] ?? params[name.toLowerCase()];
      const token = textOf(read('EVENT_TOKEN'));
      const log = textOf(read('LOG_MESSAGE'));
      const { calling } = context;
      const run = calling?.app.runs.find((one) => one.eventToken === token);
      if (!calling || !run) throw new RestError(403, 'ACCESS_DENIED', 'Access denied!');
      if (withValues)
        answerRobot(calling.host, token, { values: toMap(read('RETURN_VALUES')), log });
      else run.log.push(log);
      return { result: true };
    },
  };
}

/** bizproc.robot.* and the answers of robots. */
export const APP_ROBOT_METHODS: MethodMap = {
  'bizproc.robot.add': forApps(appRequired, {
    scope: 'bizproc',
    admin: denied,
    params: { CODE: { type: 'string' }, ...FIELDS },
    run: add,
  }),
  'bizproc.robot.update': forApps(appRequired, {
    scope: 'bizproc',
    admin: denied,
    params: { CODE: { type: 'string' }, FIELDS: { type: 'object' } },
    run: update,
  }),
  'bizproc.robot.delete': forApps(appRequired, {
    scope: 'bizproc',
    admin: denied,
    params: { CODE: { type: 'string' } },
    run: remove,
  }),
  'bizproc.robot.list': forApps(appRequired, {
    scope: 'bizproc',
    admin: denied,
    params: {},
    run: ({ app }) => ({ result: [...app.robots.keys()] }),
  }),
  'bizproc.event.send': answering(true),
  'bizproc.activity.log': answering(false),
};
