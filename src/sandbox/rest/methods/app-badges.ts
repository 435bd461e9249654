import type { Badge } from '../../state/activity-cards.ts';
import { accessDenied, RestError } from '../rest-error.ts';
import { forApps, wrongContext } from '../for-apps.ts';
import type { CallContext, MethodMap } from '../method.ts';
import { textParam } from '../params.ts';
import { textOf } from '../../text-of.ts';

const TYPES = ['failure', 'success', 'primary', 'secondary', 'warning'];

const show = ({ code, title, value, type }: Badge): Record<string, unknown> => ({
  code,
  title,
  value,
  type,
});

const missing = (): RestError =>
  new RestError(400, 'REQUIRED_ARG_MISSING', 'Required fields are not filled');

function badgeOf({ portal }: CallContext, code: string): Badge {
  const badge = portal.badges.get(code);
  if (!badge) throw new RestError(400, 'NOT_FOUND', 'Not found.');
  return badge;
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null
    ? Object.keys(value).length === 0
    : textOf(value) === '';

const CODE = { code: { type: 'string', required: true } } as const;

/** crm.activity.badge.*: labels that configurable activities put on the board. */
export const APP_BADGE_METHODS: MethodMap = {
  'crm.activity.badge.add': forApps(wrongContext, {
    scope: 'crm',
    admin: () => accessDenied(),
    params: {
      code: { type: 'string' },
      title: { type: 'any' },
      value: { type: 'any' },
      type: { type: 'string' },
    },
    run: ({ portal, app }, params) => {
      const badge: Badge = {
        code: textParam(params, 'code'),
        clientId: app.clientId,
        title: params['title'],
        value: params['value'],
        type: textParam(params, 'type'),
      };
      if (badge.code === '' || isEmpty(badge.title) || isEmpty(badge.value)) throw missing();
      if (!TYPES.includes(badge.type)) throw missing();
      portal.badges.set(badge.code, badge);
      portal.changed();
      return { result: { badge: show(badge) } };
    },
  }),
  'crm.activity.badge.list': {
    scope: 'crm',
    params: {},
    run: ({ portal }) => ({ result: { badges: [...portal.badges.values()].map(show) } }),
  },
  'crm.activity.badge.get': {
    scope: 'crm',
    params: CODE,
    run: (context, params) => ({
      result: { badge: show(badgeOf(context, textParam(params, 'code'))) },
    }),
  },
  'crm.activity.badge.delete': forApps(wrongContext, {
    scope: 'crm',
    admin: () => accessDenied(),
    params: CODE,
    run: (context, params) => {
      const badge = badgeOf(context, textParam(params, 'code'));
      context.portal.badges.delete(badge.code);
      context.portal.changed();
      return { result: true };
    },
  }),
};
