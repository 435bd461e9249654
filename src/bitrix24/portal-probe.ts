/** What the doctor asks of the portal: nothing it does leaves a trace but the event it is meant to cause. */
import type { PortalProbe } from '../app/ports/setup.ts';
import type { ClosingPolicy, PipelineRef } from '../core/policy.ts';
import type { TicketRef } from '../core/ticket.ts';
import { readProfile, readServerTime } from './account.ts';
import { listFieldItems } from './field-items.ts';
import { listPipelines, listStages } from './pipelines.ts';
import type { PortalClient } from './portal-client.ts';
import type { Params } from './batch-command.ts';
import { integerOf, recordOf, rowsOf, textOf } from './read-value.ts';
import type { Json } from './read-value.ts';
import { updateCommand } from './ticket-moves.ts';
import { createTrapProbe } from './trap-probe.ts';
import { refusal, valueOf } from './unwrap.ts';

const READ = { priority: 'live', write: false } as const;
const WRITE = { priority: 'live', write: true } as const;

export function createPortalProbe(client: PortalClient): PortalProbe {
  return {
    async scopes() {
      const value = valueOf('scope', await client.call('scope', {}, READ));
      return (Array.isArray(value) ? value : Object.values(recordOf(value))).map(textOf);
    },
    profile: () => readProfile(client),
    serverTime: () => readServerTime(client),
    async fieldNames(entityTypeId) {
      const params = { entityTypeId, useOriginalUfNames: 'Y' };
      const value = valueOf('crm.item.fields', await client.call('crm.item.fields', params, READ));
      return Object.keys(recordOf(recordOf(value)['fields']));
    },
    listItems: (entityTypeId) => listFieldItems(urgent(client), entityTypeId),
    listStages: (entityTypeIds) => listStages(client, entityTypeIds),
    nudge: (policy) => nudge(client, policy),
    rights: (pipeline) => rights(client, pipeline),
    ...createTrapProbe(client),
  };
}

/** Somebody waits for the answer: the share of work in the background is not enough. */
function urgent(client: PortalClient): PortalClient {
  return {
    origin: () => client.origin(),
    call: (method, params, options) =>
      client.call(method, params, { ...options, priority: 'live' }),
    batch: (commands, options) => client.batch(commands, { ...options, priority: 'live' }),
  };
}

/** The newest ticket of the pipeline that passes the filter, with the selected fields. */
async function newest(
  client: PortalClient,
  pipeline: PipelineRef,
  more: { readonly filter: Params; readonly select: readonly string[] },
): Promise<{ readonly ref: TicketRef; readonly item: Json } | 'denied' | null> {
  const params = {
    entityTypeId: pipeline.entityTypeId,
    useOriginalUfNames: 'Y',
    select: ['id', 'title', ...more.select],
    filter: { categoryId: pipeline.categoryId, ...more.filter },
    order: { id: 'DESC' },
    start: 0,
  };
  const result = await client.call('crm.item.list', params, READ);
  if (!result.ok && ['ACCESS_DENIED', 'NOT_FOUND'].includes(result.code)) return 'denied';
  const [item] = rowsOf(recordOf(valueOf('crm.item.list', result))['items']);
  const id = integerOf(item?.['id']);
  return item && id !== null ? { ref: { entityTypeId: pipeline.entityTypeId, id }, item } : null;
}

async function nudge(client: PortalClient, policy: ClosingPolicy): Promise<TicketRef | null> {
  const closed = Object.entries(policy.stages)
    .filter(([, role]) => role.startsWith('closed:') || role === 'gate')
    .map(([stageId]) => stageId);
  const field = policy.fields.policyVersion;
  const found = await newest(client, policy.pipeline, {
    filter: closed.length > 0 ? { '!@stageId': closed } : {},
    select: [field],
  });
  if (found === null || found === 'denied') return null;
  const before = textOf(found.item[field]);
  const restore = updateCommand('restore', found.ref, { [field]: before });
  const commands = [updateCommand('change', found.ref, { [field]: `${before}~` }), restore];
  try {
    const answers = await client.batch(commands, { ...WRITE, halt: false });
    for (const answer of answers.values()) {
      if (!answer.ok) throw refusal('crm.item.update', answer);
    }
  } catch (error) {
    // Whatever broke off, the field must not keep the mark: putting it back twice does no harm.
    await client.call(restore.method, restore.params, WRITE);
    throw error;
  }
  return found.ref;
}

/**
 * Reading is tried by listing one ticket, changing by writing its own title back: a save that changes nothing is
 * skipped, but the right is checked first (crm.item.update docs). Without tickets the pipeline's visibility decides.
 */
async function rights(
  client: PortalClient,
  pipeline: PipelineRef,
): Promise<'ok' | 'read-only' | 'none'> {
  const found = await newest(client, pipeline, { filter: {}, select: [] });
  if (found === 'denied') return 'none';
  if (found === null) {
    const pipelines = await listPipelines(client, [pipeline.entityTypeId]);
    return pipelines.some(({ categoryId }) => categoryId === pipeline.categoryId) ? 'ok' : 'none';
  }
  const title = textOf(found.item['title']);
  const { method, params } = updateCommand('title', found.ref, { title });
  const result = await client.call(method, params, WRITE);
  if (result.ok) return 'ok';
  if (result.code === 'ACCESS_DENIED' || result.code === '-') return 'read-only';
  throw refusal(method, result);
}
