/** What the self-check reads of a portal's own settings. Each part is left out softly where the portal does not let the app look. */
import type { PortalProbe, RequiredField, StaffStanding } from '../app/ports/setup.ts';
import type { PipelineRef } from '../core/policy.ts';
import type { PortalClient } from './portal-client.ts';
import type { Json } from './read-value.ts';
import { flagOf, integerOf, recordOf, rowsOf, textOf } from './read-value.ts';
import { DEAL } from './stage-places.ts';
import { isUnavailable, valueOf } from './unwrap.ts';

const READ = { priority: 'live', write: false } as const;

/** Never empty on a ticket, whoever saves it. */
const ALWAYS_FILLED = new Set(
  'ID TITLE STAGE_ID CATEGORY_ID ASSIGNED_BY_ID CREATED_BY UPDATED_BY MOVED_BY OPENED CURRENCY_ID'.split(
    ' ',
  ),
);

type TrapProbe = Required<
  Pick<PortalProbe, 'requiredFields' | 'cardFields' | 'workflows' | 'staff'>
>;

export function createTrapProbe(client: PortalClient): TrapProbe {
  return {
    requiredFields: (entityTypeId) => requiredFields(client, entityTypeId),
    cardFields: (pipeline) => cardFields(client, pipeline),
    workflows: (entityTypeId) => workflows(client, entityTypeId),
    staff: (userIds) => staff(client, userIds),
  };
}

async function requiredFields(
  client: PortalClient,
  entityTypeId: number,
): Promise<readonly RequiredField[]> {
  const params = { entityTypeId, useOriginalUfNames: 'Y' };
  const value = valueOf('crm.item.fields', await client.call('crm.item.fields', params, READ));
  return Object.entries(recordOf(recordOf(value)['fields'])).flatMap(([key, told]) => {
    const field = recordOf(told);
    const name = (textOf(field['upperName']) || key).toUpperCase();
    const asked = flagOf(field['isRequired']) && !flagOf(field['isReadOnly']);
    if (!asked || ALWAYS_FILLED.has(name)) return [];
    return [{ name, title: textOf(field['title']) || name }];
  });
}

/** Card elements that hold other fields under a name of their own (crm.item.details.configuration docs). */
const HOLDS: Readonly<Record<string, readonly string[]>> = {
  CLIENT: ['COMPANY_ID', 'CONTACT_ID', 'CONTACT_IDS', 'CONTACTS'],
  OPPORTUNITY_WITH_CURRENCY: ['OPPORTUNITY', 'CURRENCY_ID'],
  OBSERVER: ['OBSERVERS'],
};

/** The common card (scope C) of the pipeline; null where nobody has changed it (crm.item.details.configuration.get docs). */
async function cardFields(
  client: PortalClient,
  { entityTypeId, categoryId }: PipelineRef,
): Promise<readonly string[] | null> {
  const extras = entityTypeId === DEAL ? { dealCategoryId: categoryId } : { categoryId };
  const params = { entityTypeId, scope: 'C', extras };
  const answer = await client.call('crm.item.details.configuration.get', params, READ);
  // Errors of this page have an empty code; whatever is refused here leaves the card unknown.
  if (!answer.ok) return null;
  const sections = sectionsOf(answer.value);
  if (sections.length === 0) return null;
  const names = sections.flatMap((section) =>
    rowsOf(section['elements']).map((element) => textOf(element['name']).toUpperCase()),
  );
  return names.flatMap((name) => [name, ...(HOLDS[name] ?? [])]);
}

/** Sections, also where columns hold them. */
function sectionsOf(value: unknown): readonly Json[] {
  return rowsOf(value).flatMap((row) =>
    textOf(row['type']) === 'column' ? sectionsOf(row['elements']) : [row],
  );
}

/** Execute on modification, on creation and modification (bizproc.workflow.template.list docs). */
const ON_CHANGE = [2, 3];

/** Robots of stages are no templates of this list: whether they are told is not documented. */
async function workflows(
  client: PortalClient,
  entityTypeId: number,
): Promise<readonly string[] | null> {
  const type = entityTypeId === DEAL ? 'DEAL' : `DYNAMIC_${entityTypeId}`;
  const params = {
    select: ['ID', 'NAME', 'DOCUMENT_TYPE', 'AUTO_EXECUTE'],
    filter: { MODULE_ID: 'crm', DOCUMENT_TYPE: type },
  };
  const answer = await client.call('bizproc.workflow.template.list', params, READ);
  if (!answer.ok) return null;
  return rowsOf(answer.value)
    .filter((row) => ON_CHANGE.includes(integerOf(row['AUTO_EXECUTE']) ?? 0))
    .filter((row) => isOfType(row['DOCUMENT_TYPE'], type))
    .map((row) => textOf(row['NAME']) || `#${textOf(row['ID'])}`);
}

/** The table calls it a text; other pages spell a document type as a list of three. */
function isOfType(told: unknown, type: string): boolean {
  return Array.isArray(told) ? told.includes(type) : ['', type].includes(textOf(told));
}

/** user.get tells of dismissed people too unless it is asked for active ones only; scope user_brief. */
async function staff(
  client: PortalClient,
  userIds: readonly number[],
): Promise<ReadonlyMap<number, StaffStanding> | null> {
  const found = new Map<number, StaffStanding>();
  for (const id of userIds) {
    const answer = await client.call('user.get', { ID: id }, READ);
    if (!answer.ok && (isUnavailable(answer.code) || answer.code === 'ACCESS_DENIED')) return null;
    const row = rowsOf(valueOf('user.get', answer)).find((one) => integerOf(one['ID']) === id);
    if (row === undefined) found.set(id, 'unknown');
    // Left out by the portal: taken for active, so that nobody is called dismissed by mistake.
    else
      found.set(id, row['ACTIVE'] === undefined || flagOf(row['ACTIVE']) ? 'active' : 'dismissed');
  }
  return found;
}
