/** What the settings pages read of the portal: types of tickets, one pipeline as a whole, numbers, staff. */
import type {
  PipelineLook,
  SettingsGateway,
  StandingWish,
  TicketType,
} from '../app/ports/settings.ts';
import type { PipelineRef } from '../core/policy.ts';
import { AppError } from '../errors.ts';
import { readProfile } from './account.ts';
import type { BatchCommand } from './batch-command.ts';
import { fieldsCommand, fieldsIn, withListItems } from './crm-fields.ts';
import { readBatch } from './owner-groups.ts';
import { pipelinesCommand, pipelinesIn, stagesCommand, stagesIn } from './pipelines.ts';
import type { PortalClient } from './portal-client.ts';
import { flagOf, instantOf, integerOf, isoOf, recordOf, rowsOf, textOf } from './read-value.ts';
import { StaffDirectory } from './staff-directory.ts';
import { DEAL } from './stage-places.ts';
import { isUnavailable, valueOf } from './unwrap.ts';
import type { CommandResult } from './unwrap.ts';

const READ = { priority: 'live', write: false } as const;
const NO_ANSWER: CommandResult = { ok: false, code: 'NO_ANSWER', httpStatus: 0 };
/** A page is fifty; more smart processes than these no portal has. */
const MAX_PAGES = 10;

export function createSettingsGateway(client: PortalClient): SettingsGateway {
  const staff = new StaffDirectory(client);
  return {
    types: () => ticketTypes(client),
    pipelines: (entityTypeIds) => readablePipelines(client, entityTypeIds),
    look: (pipeline) => look(client, pipeline),
    standing: (pipeline, wishes) => standing(client, pipeline, wishes),
    staff: (ids) => staff.of(ids),
    findStaff: (words) => staff.find(words),
  };
}

/** crm.type.list needs a CRM administrator; crm.enum.ownertype tells the same to anybody, without saying which have stages. */
async function ticketTypes(client: PortalClient): ReturnType<SettingsGateway['types']> {
  const deals: TicketType = { entityTypeId: DEAL, name: '' };
  const listed = await listedTypes(client);
  if (listed !== null) return { types: [deals, ...listed], complete: true };
  const method = 'crm.enum.ownertype';
  const answer = await client.call(method, {}, READ);
  if (!answer.ok) return { types: [deals], complete: false };
  const types = rowsOf(answer.value).flatMap((row): readonly TicketType[] => {
    const entityTypeId = integerOf(row['ID']);
    const dynamic = textOf(row['SYMBOL_CODE']).startsWith('DYNAMIC_');
    return dynamic && entityTypeId !== null ? [{ entityTypeId, name: textOf(row['NAME']) }] : [];
  });
  return { types: [deals, ...types], complete: true };
}

async function listedTypes(client: PortalClient): Promise<readonly TicketType[] | null> {
  const method = 'crm.type.list';
  const types: TicketType[] = [];
  let start = 0;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await client.call(method, { order: { id: 'ASC' }, start }, READ);
    if (!answer.ok && (isUnavailable(answer.code) || answer.code === 'ACCESS_DENIED')) return null;
    for (const row of rowsOf(recordOf(valueOf(method, answer))['types'])) {
      const entityTypeId = integerOf(row['entityTypeId']);
      if (entityTypeId === null || !flagOf(row['isStagesEnabled'])) continue;
      types.push({ entityTypeId, name: textOf(row['title']) });
    }
    if (!answer.ok || answer.next === null || answer.next <= start) break;
    start = answer.next;
  }
  return types;
}

/** A smart process that the app may not see has no pipelines here. */
async function readablePipelines(
  client: PortalClient,
  entityTypeIds: readonly number[],
): ReturnType<SettingsGateway['pipelines']> {
  const answers = await readBatch(client, entityTypeIds.map(pipelinesCommand), 'live');
  return entityTypeIds.flatMap((entityTypeId) => {
    const answer = answers.get(pipelinesCommand(entityTypeId).key);
    const closed = answer?.ok === false && answer.code === 'ACCESS_DENIED';
    return closed ? [] : pipelinesIn(entityTypeId, answer);
  });
}

async function look(client: PortalClient, pipeline: PipelineRef): Promise<PipelineLook | null> {
  const { entityTypeId } = pipeline;
  const commands = [
    pipelinesCommand(entityTypeId),
    stagesCommand(pipeline),
    fieldsCommand(entityTypeId),
    { key: 'time', method: 'server.time', params: {} },
    { key: 'profile', method: 'profile', params: {} },
    ...(entityTypeId === DEAL ? [] : [typeCommand(entityTypeId)]),
  ];
  const answers = await readBatch(client, commands, 'live');
  const pipelines = pipelinesIn(entityTypeId, answers.get(pipelinesCommand(entityTypeId).key));
  const found = pipelines.find(({ categoryId }) => categoryId === pipeline.categoryId);
  if (!found) return null;
  const value = ({ key, method }: BatchCommand): unknown =>
    valueOf(method, answers.get(key) ?? NO_ANSWER);
  const type = answers.get('type');
  const serverTime = instantOf(value({ key: 'time', method: 'server.time', params: {} }));
  const appUserId = integerOf(
    recordOf(value({ key: 'profile', method: 'profile', params: {} }))['ID'],
  );
  return {
    pipeline: found,
    typeName: type?.ok ? textOf(recordOf(recordOf(type.value)['type'])['title']) : '',
    stages: stagesIn(pipeline, value(stagesCommand(pipeline))).toSorted((a, b) => a.sort - b.sort),
    fields: await withListItems(client, entityTypeId, fieldsIn(value(fieldsCommand(entityTypeId)))),
    serverTime: serverTime ?? unreadable('server.time'),
    appUserId: appUserId ?? (await readProfile(client)).id,
  };
}

function unreadable(method: string): never {
  throw new AppError('portal-rejected', `${method} answered nothing that can be read: try again.`);
}

const typeCommand = (entityTypeId: number): BatchCommand => ({
  key: 'type',
  method: 'crm.type.getByEntityTypeId',
  params: { entityTypeId },
});

async function standing(
  client: PortalClient,
  { entityTypeId, categoryId }: PipelineRef,
  wishes: readonly StandingWish[],
): Promise<readonly (number | null)[]> {
  const commands = wishes.map(({ stageIds, movedSince }, index): BatchCommand => {
    const filter = {
      categoryId,
      '@stageId': stageIds,
      ...(movedSince === undefined ? {} : { '>=movedTime': isoOf(movedSince) }),
    };
    const params = { entityTypeId, select: ['id'], filter, order: { id: 'ASC' }, start: 0 };
    return { key: `count${index}`, method: 'crm.item.list', params };
  });
  const asked = commands.filter((_, index) => wishes[index]?.stageIds.length !== 0);
  const answers = await readBatch(client, asked, 'live');
  return commands.map(({ key }, index) => {
    if (wishes[index]?.stageIds.length === 0) return 0;
    const answer = answers.get(key);
    return answer?.ok ? answer.total : null;
  });
}
