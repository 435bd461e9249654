import type { Portal } from '../../state/portal.ts';
import type { SmartProcess } from '../../state/records.ts';
import { compileFilter } from '../filter.ts';
import type { Column } from '../filter.ts';
import type { CallAnswer, CallContext, MethodMap } from '../method.ts';
import { mapParam } from '../params.ts';
import { accessDenied, RestError } from '../rest-error.ts';

function showType(process: SmartProcess): Record<string, unknown> {
  return {
    id: process.id,
    title: process.title,
    code: '',
    entityTypeId: process.entityTypeId,
    isCategoriesEnabled: 'Y',
    isStagesEnabled: 'Y',
    isBeginCloseDatesEnabled: 'Y',
    isClientEnabled: 'Y',
    isObserversEnabled: 'Y',
    isSourceEnabled: 'Y',
    isAutomationEnabled: 'Y',
    isBizProcEnabled: 'Y',
    isRecyclebinEnabled: 'Y',
    isSetOpenPermissions: 'Y',
    isCountersEnabled: 'N',
    createdTime: '2025-03-03T10:00:00+03:00',
    updatedTime: '2025-03-03T10:00:00+03:00',
    updatedBy: 1,
  };
}

function oneType(context: CallContext, process: SmartProcess | undefined): CallAnswer {
  if (process) {
    const relations = showRelations(context.portal, process.entityTypeId);
    return { result: { type: { ...showType(process), relations, linkedUserFields: {} } } };
  }
  const code = context.portal.doubts.missingTypeError === 'zero' ? 0 : 'NOT_FOUND';
  throw new RestError(400, code, 'SPA not found');
}

/** As the settings of the type name them: `parent` are types this one is bound to. */
function showRelations(portal: Portal, entityTypeId: number): Record<string, unknown> {
  const { relations } = portal.stages;
  const show = (other: number): Record<string, unknown> => ({
    entityTypeId: other,
    isChildrenListEnabled: 'Y',
    isPredefined: 'N',
  });
  return {
    parent: relations.parentsOf(entityTypeId).map(show),
    child: relations.childrenOf(entityTypeId).map(show),
  };
}

function ownerTypes(portal: Portal): unknown[] {
  const known: readonly (readonly [number, string, string, string])[] = [
    [1, 'Lead', 'LEAD', 'L'],
    [2, 'Deal', 'DEAL', 'D'],
    [3, 'Contact', 'CONTACT', 'C'],
    [4, 'Company', 'COMPANY', 'CO'],
    [31, 'Invoice', 'SMART_INVOICE', 'SI'],
  ];
  const dynamic = portal.stages.processes.map(
    (p) =>
      [
        p.entityTypeId,
        p.title,
        `DYNAMIC_${p.entityTypeId}`,
        `T${p.entityTypeId.toString(16)}`,
      ] as const,
  );
  return [...known, ...dynamic].map(([ID, NAME, SYMBOL_CODE, SYMBOL_CODE_SHORT]) => ({
    ID,
    NAME,
    SYMBOL_CODE,
    SYMBOL_CODE_SHORT,
  }));
}

/** Smart-process types and the list of all CRM types. */
export const TYPE_METHODS: MethodMap = {
  'crm.type.list': {
    scope: 'crm',
    params: { filter: { type: 'object' }, order: { type: 'object' }, start: { type: 'integer' } },
    run: (context, params) => {
      if (!context.user.admin) throw accessDenied();
      const columns = (name: string): Column<SmartProcess> | undefined => {
        if (name === 'title') return { kind: 'string', read: (t) => t.title };
        if (name !== 'id' && name !== 'entityTypeId') return undefined;
        return { kind: 'number', read: (t) => t[name] };
      };
      const test = compileFilter(mapParam(params, 'filter'), columns);
      const types = context.portal.stages.processes.filter(test).map(showType);
      return { result: { types }, total: types.length };
    },
  },
  'crm.type.get': {
    scope: 'crm',
    params: { id: { type: 'integer', required: true } },
    run: (context, params) =>
      oneType(
        context,
        context.portal.stages.processes.find((p) => p.id === params['id']),
      ),
  },
  'crm.type.getByEntityTypeId': {
    scope: 'crm',
    params: { entityTypeId: { type: 'integer', required: true } },
    run: (context, params) =>
      oneType(
        context,
        context.portal.stages.processes.find((p) => p.entityTypeId === params['entityTypeId']),
      ),
  },
  'crm.enum.ownertype': {
    scope: 'crm',
    params: {},
    run: (context) => ({ result: ownerTypes(context.portal) }),
  },
};
