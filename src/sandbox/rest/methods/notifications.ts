import { notify } from '../../state/timeline.ts';
import type { CallAnswer, CallContext, MethodMap } from '../method.ts';
import { intParam, textParam } from '../params.ts';
import type { Params, ParamSpecs } from '../params.ts';
import { RestError } from '../rest-error.ts';

const MAX_ATTACH = 60_000;

const PARAMS: ParamSpecs = {
  USER_ID: { type: 'integer' },
  MESSAGE: { type: 'string' },
  MESSAGE_OUT: { type: 'string' },
  TAG: { type: 'string' },
  SUB_TAG: { type: 'string' },
  ATTACH: { type: 'any' },
  CLIENT_ID: { type: 'string' },
};

function add(context: CallContext, params: Params, authorId: number): CallAnswer {
  const userId = intParam(params, 'USER_ID');
  if (userId <= 0) throw new RestError(400, 'USER_ID_EMPTY', "User ID can't be empty");
  const text = textParam(params, 'MESSAGE');
  if (text.trim() === '') throw new RestError(400, 'MESSAGE_EMPTY', "Message can't be empty");
  const attach = params['ATTACH'];
  if (attach !== undefined) {
    if (typeof attach !== 'object') {
      throw new RestError(400, 'ATTACH_ERROR', 'Incorrect attach params');
    }
    if (JSON.stringify(attach).length > MAX_ATTACH) {
      const description = 'You have exceeded the maximum allowable size of attach';
      throw new RestError(400, 'ATTACH_OVERSIZE', description);
    }
  }
  const tag = textParam(params, 'TAG');
  const subTag = textParam(params, 'SUB_TAG');
  const client = textParam(params, 'CLIENT_ID');
  if ((tag !== '' || subTag !== '') && client === '') {
    throw new RestError(400, 'CLIENT_ID_EMPTY', 'CLIENT_ID is required for a webhook with TAG');
  }
  if (!context.portal.users.has(userId)) return { result: false };
  const scoped = tag === '' ? '' : `${client}|${tag}`;
  const added = notify(context.portal, { userId, authorId, text, tag: scoped, subTag });
  return { result: added.id };
}

/** im.notify.*: TAG is unique inside the app; webhooks name the app by CLIENT_ID. */
export const NOTIFICATION_METHODS: MethodMap = {
  'im.notify.system.add': {
    scope: 'im',
    params: PARAMS,
    run: (context, params) => add(context, params, 0),
  },
  'im.notify.personal.add': {
    scope: 'im',
    params: PARAMS,
    run: (context, params) => add(context, params, context.user.id),
  },
};
