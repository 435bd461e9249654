import type { ActivityCard } from '../state/activity-cards.ts';
import type { PressOutcome } from './app-control.ts';
import type { AppHost } from './app-host.ts';

type Shape = Readonly<Record<string, unknown>>;

const shape = (value: unknown): Shape =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};

/** The action behind a key: of a footer button, a menu item, or a link among the blocks. */
function actionOf(layout: Shape, key: string): Shape | undefined {
  const footer = shape(layout['footer']);
  const places = [shape(footer['buttons']), shape(shape(footer['menu'])['items']), linksOf(layout)];
  for (const place of places) {
    if (Object.hasOwn(place, key)) return shape(shape(place[key])['action']);
  }
  return undefined;
}

function linksOf(layout: Shape): Shape {
  const found: Record<string, unknown> = {};
  const collect = (blocks: Shape): void => {
    for (const [key, value] of Object.entries(blocks)) {
      const block = shape(value);
      const properties = shape(block['properties']);
      if (block['type'] === 'link') found[key] = properties;
      if (block['type'] === 'withTitle') collect({ [key]: properties['block'] });
      if (block['type'] === 'lineOfBlocks') collect(shape(properties['blocks']));
    }
  };
  collect(shape(shape(layout['body'])['blocks']));
  return found;
}

/** What the event carries (S2, C23). */
function actionData(
  { portal: { doubts } }: AppHost,
  action: Shape,
  { context, userId }: { readonly context: Shape; readonly userId: number },
): Shape {
  const clicker = doubts.clickerIn === 'data.userId' ? { userId } : {};
  const around = { id: action['id'], ...context, ...clicker };
  const params = shape(action['actionParams']);
  return doubts.actionContext === 'flat'
    ? { ...params, ...around }
    : { context: around, actionParams: params };
}

interface Pressed {
  readonly card: ActivityCard;
  readonly action: Shape;
  readonly context: Shape;
}

/** The button and its record; throws when there is no such button or it is locked. */
function findButton({ portal }: AppHost, activityId: number, key: string): Pressed {
  const owner = portal.activities.get(activityId)?.bindings[0];
  const card = portal.activityCards.get(activityId);
  if (!card || !owner) throw new RangeError(`No configurable activity ${activityId}`);
  const action = actionOf(card.layout, key);
  if (!action) throw new RangeError(`The record has no button ${key}`);
  if (card.lockedWhole || card.lockedKeys.has(key)) {
    throw new RangeError('The record waits for the answer of its application');
  }
  const context = { entityTypeId: owner.ownerTypeId, entityId: owner.ownerId, activityId };
  return { card, action, context };
}

/**
 * A press on a button of a configurable activity: an event to the app that made it, with a lock until its next update;
 * an address to go to; or the app's slider. Throws when there is no such button or it is locked.
 */
export function pressButton(
  host: AppHost,
  activityId: number,
  key: string,
  userId: number,
): PressOutcome {
  const { card, action, context } = findButton(host, activityId, key);
  if (action['type'] === 'redirect') return { kind: 'redirect', uri: String(action['uri']) };
  if (action['type'] === 'openRestApp') {
    return {
      kind: 'open',
      clientId: card.clientId,
      options: { ...shape(action['actionParams']), ...context },
      slider: shape(action['sliderParams']),
    };
  }
  if (action['animationType'] === 'loader') card.lockedWhole = true;
  if (action['animationType'] === 'disable') card.lockedKeys.add(key);
  const { portal } = host;
  portal.changed();
  portal.emit(
    'ONCRMTIMELINEITEMACTION',
    actionData(host, action, { context, userId }),
    { userId, robot: false },
    card.clientId,
  );
  return { kind: 'event' };
}
