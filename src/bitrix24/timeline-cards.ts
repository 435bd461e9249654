/** Cards in tickets' timelines: configurable activities of the app (PORTAL 4.5). A webhook is refused by all but the reading. */
import type { Log, Priority } from '../app/ports/runtime.ts';
import type {
  CardDrawing,
  Drawn,
  StandingCard,
  TimelineCards,
} from '../app/ports/timeline-cards.ts';
import type { BatchCommand } from './batch-command.ts';
import { ORIGINATOR } from './delivery-attempt.ts';
import type { PortalClient } from './portal-client.ts';
import { integerOf, recordOf, rowsOf, textOf } from './read-value.ts';
import { BADGE_CODE, FULL_FORM, layoutOf } from './timeline-card-layout.ts';
import type { LayoutForm } from './timeline-card-layout.ts';
import { isPassing, refusal } from './unwrap.ts';
import type { CommandResult } from './unwrap.ts';
import type { WriteBatches } from './write-batches.ts';

const READ = { priority: 'live', write: false, halt: false } as const;
const PROVIDER = 'CONFIGURABLE_REST_APP';

export function createTimelineCards(
  client: PortalClient,
  batches: WriteBatches,
  log: Log,
): TimelineCards {
  // What one card was refused for, the next would be too.
  let form = FULL_FORM;
  return {
    async draw(drawings, priority) {
      const drawn = new Map<string, Drawn>();
      let left = drawings;
      for (const next of [form, ...simplerForms(form)]) {
        if (left.length === 0) break;
        const answers = await drawAs(batches, left, next, priority);
        for (const [key, answer] of answers) drawn.set(key, answer);
        if ([...answers.values()].some(({ kind }) => kind === 'drawn') && form !== next) {
          form = next;
          log.warn({ ...next }, 'The portal takes cards in a simpler form');
        }
        left = left.filter(({ key }) => isLayoutRefusal(answers.get(key)));
      }
      return drawn;
    },
    find: (cards) => findCards(client, cards),
    identify: (activityIds) => identify(client, activityIds),
  };
}

async function drawAs(
  batches: WriteBatches,
  drawings: readonly CardDrawing[],
  form: LayoutForm,
  priority: Priority,
): Promise<ReadonlyMap<string, Drawn>> {
  const numbered = drawings.map((drawing, index) => ({ drawing, key: `d${index}` }));
  const written = await batches.run({
    items: numbered,
    commands: ({ drawing, key }) => [drawCommand(key, drawing, form)],
    paceKey: 'crm.activity.configurable.add',
    probe: false,
    priority,
  });
  return new Map(
    written.map(({ item, answers }) => [
      item.drawing.key,
      drawnOf(item.drawing, answers?.get(item.key)),
    ]),
  );
}

function drawCommand(key: string, drawing: CardDrawing, form: LayoutForm): BatchCommand {
  const { ref, activityId, responsibleId, face } = drawing;
  const fields = {
    completed: face.open ? 'N' : 'Y',
    ...(form.badge ? { badgeCode: face.open ? BADGE_CODE : '' } : {}),
    ...(responsibleId > 0 ? { responsibleId } : {}),
    originatorId: ORIGINATOR,
    originId: drawing.key,
  };
  const layout = layoutOf(drawing, form);
  // One revision of the page wants `fields` and `layout` in every update.
  return activityId === null
    ? {
        key,
        method: 'crm.activity.configurable.add',
        params: { ownerTypeId: ref.entityTypeId, ownerId: ref.id, fields, layout },
      }
    : {
        key,
        method: 'crm.activity.configurable.update',
        params: { id: activityId, fields, layout },
      };
}

function drawnOf(drawing: CardDrawing, result: CommandResult | undefined): Drawn {
  if (result === undefined) return { kind: 'unknown' };
  if (result.ok) {
    const { activity } = recordOf(result.value);
    const id = integerOf(recordOf(activity)['id']) ?? drawing.activityId;
    // Added without telling its id: it is looked for by its key.
    return id === null ? { kind: 'unknown' } : { kind: 'drawn', activityId: id };
  }
  const { code } = result;
  if (isPassing(code) || code === 'NO_ANSWER') return { kind: 'unknown' };
  return code === 'NOT_FOUND' || code === 'OWNER_NOT_FOUND'
    ? { kind: 'gone' }
    : { kind: 'refused', code };
}

const LAYOUT_REFUSALS: ReadonlySet<string> = new Set([
  'WRONG_FIELD_VALUE',
  'WRONG_LANG',
  'FIELD_IS_REQUIRED',
  'FIELD_IS_REDUNDANT',
  'ENUM_FIELD',
  'TOO_MANY_ITEMS',
  'KEY_CONTAIN_WRONG_SYMBOLS',
  '100',
]);

function isLayoutRefusal(drawn: Drawn | undefined): boolean {
  return drawn?.kind === 'refused' && LAYOUT_REFUSALS.has(drawn.code);
}

/** One thing less at a time: the label on the board goes last of what a person would miss. */
function simplerForms(form: LayoutForm): readonly LayoutForm[] {
  const { oneLanguage, buttonList, badge } = form;
  const all = [
    { oneLanguage: true, buttonList, badge },
    { oneLanguage, buttonList: !buttonList, badge },
    { oneLanguage, buttonList, badge: false },
    { oneLanguage: true, buttonList: !buttonList, badge },
    { oneLanguage: true, buttonList: !buttonList, badge: false },
  ];
  const own = JSON.stringify(form);
  const texts = all.map((one) => JSON.stringify(one));
  return all.filter((_, index) => {
    const text = texts[index] ?? '';
    return text !== own && texts.indexOf(text) === index;
  });
}

/** The key is compared here: what else the filter would take is not promised by the page. */
async function findCards(
  client: PortalClient,
  cards: readonly StandingCard[],
): Promise<ReadonlyMap<string, number>> {
  const commands = cards.map(({ ref }, index) => ({
    key: `f${index}`,
    method: 'crm.activity.list',
    params: {
      filter: { OWNER_TYPE_ID: ref.entityTypeId, OWNER_ID: ref.id, PROVIDER_ID: PROVIDER },
      order: { ID: 'DESC' },
      select: ['ID', 'ORIGIN_ID', 'ORIGINATOR_ID', 'PROVIDER_ID'],
      start: 0,
    },
  }));
  const answers = await client.batch(commands, READ);
  const found = new Map<string, number>();
  for (const [index, { key }] of cards.entries()) {
    const answer = answers.get(`f${index}`);
    if (!answer?.ok) throw refusal('crm.activity.list', answer ?? NO_ANSWER);
    const row = rowsOf(answer.value).find((one) => textOf(one['ORIGIN_ID']) === key);
    const id = integerOf(row?.['ID']);
    if (id !== null) found.set(key, id);
  }
  return found;
}

const NO_ANSWER = { code: 'INTERNAL_SERVER_ERROR', httpStatus: 0 };

async function identify(
  client: PortalClient,
  activityIds: readonly number[],
): Promise<ReadonlyMap<number, StandingCard>> {
  const commands = activityIds.map((id, index) => ({
    key: `g${index}`,
    method: 'crm.activity.configurable.get',
    params: { id },
  }));
  const answers = await client.batch(commands, READ);
  const cards = new Map<number, StandingCard>();
  for (const [index, id] of activityIds.entries()) {
    const answer = answers.get(`g${index}`);
    if (answer === undefined || (!answer.ok && isPassing(answer.code))) {
      throw refusal('crm.activity.configurable.get', answer?.ok === false ? answer : NO_ANSWER);
    }
    const card = answer.ok ? standingOf(answer.value) : null;
    if (card !== null) cards.set(id, card);
  }
  return cards;
}

/** null for a record that is not a card of this app. */
function standingOf(value: unknown): StandingCard | null {
  const activity = recordOf(recordOf(value)['activity']);
  const fields = recordOf(activity['fields']);
  const entityTypeId = integerOf(activity['ownerTypeId']);
  const id = integerOf(activity['ownerId']);
  if (entityTypeId === null || id === null) return null;
  if (textOf(fields['originatorId']) !== ORIGINATOR) return null;
  return { ref: { entityTypeId, id }, key: textOf(fields['originId']) };
}
