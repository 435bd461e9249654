import type { WorkflowTemplate } from '../../state/records.ts';
import { compileFilter, compileOrder } from '../filter.ts';
import type { Column } from '../filter.ts';
import type { CallAnswer, CallContext, MethodMap } from '../method.ts';
import { pageMarks, pageOf } from '../paging.ts';
import { listParam, mapParam } from '../params.ts';
import type { Params } from '../params.ts';
import { RestError } from '../rest-error.ts';

const COLUMNS: Readonly<Record<string, Column<WorkflowTemplate>>> = {
  ID: { kind: 'number', read: (w) => w.id },
  MODULE_ID: { kind: 'string', read: () => 'crm' },
  DOCUMENT_TYPE: { kind: 'string', read: (w) => w.documentType },
  AUTO_EXECUTE: { kind: 'number', read: (w) => w.autoExecute },
  NAME: { kind: 'string', read: (w) => w.name },
};

/** Workflows of the CRM. The robots of stages are not among them: no page says that they are. */
function listTemplates(context: CallContext, params: Params): CallAnswer {
  if (!context.user.admin) throw new RestError(400, 'ACCESS_DENIED', 'Access denied!');
  const given = (name: string): Record<string, unknown> => ({
    ...mapParam(params, name),
    ...mapParam(params, name.toLowerCase()),
  });
  const columns = (name: string): Column<WorkflowTemplate> | undefined => COLUMNS[name];
  const rows = context.portal.workflows.filter(compileFilter(given('FILTER'), columns));
  const order = compileOrder(given('ORDER'), columns);
  rows.sort(order ?? ((a, b) => a.id - b.id));
  const select = [...listParam(params, 'SELECT'), ...listParam(params, 'select')].map(String);
  const names = select.length > 0 ? select : ['ID'];
  const page = pageOf(rows, params);
  const show = (one: WorkflowTemplate): Record<string, unknown> =>
    Object.fromEntries(names.map((name) => [name, String(columns(name)?.read(one) ?? '')]));
  return { result: page.rows.map(show), ...pageMarks(page) };
}

/** bizproc.workflow.template.list: parameter names in either case, as its table and samples have them. */
export const WORKFLOW_METHODS: MethodMap = {
  'bizproc.workflow.template.list': {
    scope: 'bizproc',
    params: {
      SELECT: { type: 'list' },
      FILTER: { type: 'object' },
      ORDER: { type: 'object' },
      select: { type: 'list' },
      filter: { type: 'object' },
      order: { type: 'object' },
      start: { type: 'integer' },
    },
    run: listTemplates,
  },
};
