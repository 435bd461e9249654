import { appInfo } from '../../apps/app-host.ts';
import { portalTime, YEAR_HOLIDAYS } from '../../clock.ts';
import type { User } from '../../state/records.ts';
import type { CallAnswer, CallContext, MethodMap } from '../method.ts';
import { mapParam, textParam } from '../params.ts';
import type { Params, ParamSpecs } from '../params.ts';
import { RestError } from '../rest-error.ts';
import { pageMarks, pageOf } from '../paging.ts';
import { textOf } from '../../text-of.ts';
import { compileFilter } from '../filter.ts';
import type { Column } from '../filter.ts';

const ZONE = 'Europe/Moscow';

function showUser(user: User): Record<string, unknown> {
  return {
    ID: String(user.id),
    ACTIVE: user.dismissed !== true,
    NAME: user.name,
    LAST_NAME: user.lastName,
    EMAIL: user.email,
    WORK_POSITION: user.role,
    USER_TYPE: 'employee',
    TIME_ZONE: ZONE,
    UF_DEPARTMENT: [1],
  };
}

const USER_COLUMNS: Readonly<Record<string, Column<User>>> = {
  ID: { kind: 'number', read: (u) => u.id },
  NAME: { kind: 'string', read: (u) => u.name },
  LAST_NAME: { kind: 'string', read: (u) => u.lastName },
  EMAIL: { kind: 'string', read: (u) => u.email },
  WORK_POSITION: { kind: 'string', read: (u) => u.role },
};

/** user.get takes its filter at the top level or in FILTER. */
function userGet(context: CallContext, params: Params): CallAnswer {
  const direct = Object.entries(params).filter(([name]) => Object.hasOwn(USER_COLUMNS, name));
  const nested = { ...mapParam(params, 'FILTER'), ...mapParam(params, 'filter') };
  const { ACTIVE: active = params['ACTIVE'], NAME_SEARCH: find, ...conditions } = nested;
  const columns = (name: string): Column<User> | undefined =>
    Object.hasOwn(USER_COLUMNS, name) ? USER_COLUMNS[name] : undefined;
  const test = compileFilter({ ...Object.fromEntries(direct), ...conditions }, columns);
  // Without ACTIVE everybody is told, those who have left too.
  const wanted = active === undefined ? null : ['true', '1', 'Y'].includes(textOf(active));
  const isWanted = (user: User): boolean => wanted === null || wanted === (user.dismissed !== true);
  const isCalled = find === undefined ? () => true : called(textOf(find));
  const users = [...context.portal.users.values()];
  const page = pageOf(users.filter(test).filter(isWanted).filter(isCalled), params);
  return { result: page.rows.map(showUser), ...pageMarks(page) };
}

/** Every word begins a word of the name or of the position (user.search: LIKE 'text%'). */
function called(find: string): (user: User) => boolean {
  const words = find.toLowerCase().split(/\s+/).filter(Boolean);
  return ({ name, lastName, role }) => {
    const parts = [name, lastName, role].join(' ').toLowerCase().split(/\s+/);
    return words.every((word) => parts.some((part) => part.startsWith(word)));
  };
}

/** user.search: FILTER.FIND looks in names and positions, the rest is as in user.get. */
function userSearch(context: CallContext, params: Params): CallAnswer {
  const { FIND: find, ...filter } = mapParam(params, 'FILTER');
  const named = find === undefined ? {} : { NAME_SEARCH: find };
  return userGet(context, { ...params, FILTER: { ...filter, ...named } });
}

const USER_GET_PARAMS: ParamSpecs = {
  ...Object.fromEntries(Object.keys(USER_COLUMNS).map((name) => [name, { type: 'any' as const }])),
  ACTIVE: { type: 'any' },
  FILTER: { type: 'object' },
  filter: { type: 'object' },
  sort: { type: 'string' },
  order: { type: 'any' },
  ADMIN_MODE: { type: 'any' },
  start: { type: 'integer' },
};

function calendarSettings(context: CallContext): CallAnswer {
  const minutes = context.portal.doubts.workTimeFormat === 'minutes';
  return {
    result: {
      work_time_start: minutes ? '9.30' : '9',
      work_time_end: minutes ? '18.30' : '19',
      year_holidays: YEAR_HOLIDAYS,
      year_workdays: '',
      week_holidays: ['SA', 'SU'],
      week_start: 'MO',
      user_name_template: '#NAME# #LAST_NAME#',
      sync_by_push: false,
      user_show_login: true,
    },
  };
}

function scopes(context: CallContext): string[] {
  return [...context.scopes].filter(
    (scope) => scope !== 'note' || context.portal.doubts.noteScope === 'listed',
  );
}

/** C17: the full list names `rest.developer`, or knows nothing of it. */
function developerScope({ portal }: CallContext, full: unknown): readonly string[] {
  return full === true && portal.doubts.developerScope ? ['rest.developer'] : [];
}

function answerAppInfo(context: CallContext): CallAnswer {
  if (context.calling) return { result: appInfo(context.calling.app) };
  if (context.portal.doubts.webhookAppInfo === 'refused') {
    throw new RestError(
      403,
      'WRONG_AUTH_TYPE',
      'Current authorization type is denied for this method',
    );
  }
  return { result: { SCOPE: scopes(context), LICENSE: 'ru_std' } };
}

/** Methods any webhook may call, and the few about users and the calendar. */
export const SYSTEM_METHODS: MethodMap = {
  'server.time': {
    scope: null,
    params: {},
    run: (context) => ({ result: portalTime(context.portal.clock.now()) }),
  },
  profile: {
    scope: null,
    params: {},
    run: ({ user }) => ({
      result: {
        ID: String(user.id),
        ADMIN: user.admin,
        NAME: user.name,
        LAST_NAME: user.lastName,
        PERSONAL_GENDER: '',
        TIME_ZONE: '',
      },
    }),
  },
  'user.admin': { scope: null, params: {}, run: ({ user }) => ({ result: user.admin }) },
  scope: {
    scope: null,
    params: { full: { type: 'flag' } },
    run: (context, { full }) => ({
      result: [...scopes(context), ...developerScope(context, full)],
    }),
  },
  'feature.get': {
    scope: null,
    params: { CODE: { type: 'string', required: true } },
    run: ({ portal }, params) => {
      const has = portal.plan === 'professional' && textParam(params, 'CODE').startsWith('rest_');
      return { result: { value: has ? 'Y' : 'N' } };
    },
  },
  'app.info': { scope: null, params: {}, run: answerAppInfo },
  'user.current': {
    scope: 'user_brief',
    params: {},
    run: ({ user }) => ({ result: showUser(user) }),
  },
  'user.get': {
    scope: 'user_brief',
    params: { ...USER_GET_PARAMS, select: { type: 'list' } },
    run: userGet,
  },
  'user.search': {
    scope: 'user_brief',
    params: { FILTER: { type: 'object' }, sort: { type: 'string' }, start: { type: 'integer' } },
    run: userSearch,
  },
  'calendar.settings.get': { scope: 'calendar', params: {}, run: calendarSettings },
};

/** Names of `methods` and `method.get` need the whole map: built by the registry. */
export function discoveryMethods(all: () => MethodMap): MethodMap {
  return {
    methods: {
      scope: null,
      params: { full: { type: 'flag' }, scope: { type: 'string' } },
      run: () => ({ result: Object.keys(all()) }),
    },
    'method.get': {
      scope: null,
      params: { name: { type: 'string', required: true } },
      run: (context, params) => {
        const name = textParam(params, 'name');
        const spec = Object.hasOwn(all(), name) ? all()[name] : undefined;
        const scope = spec?.appScope ?? spec?.scope ?? null;
        const isAvailable = spec !== undefined && (scope === null || context.scopes.has(scope));
        return { result: { isExisting: spec !== undefined, isAvailable } };
      },
    },
    'rest.scope.list': {
      scope: null,
      params: {},
      run: (context) => ({ result: scopes(context) }),
    },
  };
}
