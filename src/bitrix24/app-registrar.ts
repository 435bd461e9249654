/**
 * Registration of the app on a portal (PORTAL 1.4, 2.2, 6.1, 6.3, 7.1): what stands there is read first, what is missing is bound, what is
 * not ours any more is unbound. After a refusal it is read again: "already binded" is success.
 */
import type {
  AppRegistrar,
  AppStanding,
  RegistrationGap,
  RegistrationPart,
  RegistrationPlan,
  RegistrationProblem,
  RegistrationResult,
  RobotCard,
} from '../app/ports/registration.ts';
import { AppError } from '../errors.ts';
import { readProfile } from './account.ts';
import type { Params } from './batch-command.ts';
import type { PortalClient } from './portal-client.ts';
import { flagOf, recordOf, rowsOf, textOf } from './read-value.ts';
import { refusal, valueOf } from './unwrap.ts';

const READ = { priority: 'live', write: false } as const;
const WRITE = { priority: 'live', write: true, halt: false } as const;

/** One thing that stands on the portal, or should. */
interface Piece {
  /** Tells two pieces apart: code and address. */
  readonly id: string;
  readonly what: string;
  readonly method: string;
  readonly params: Params;
}

interface Part {
  /** Ids of what stands there. */
  readonly read: () => Promise<readonly Piece[]>;
  readonly wanted: readonly Piece[];
  /** Brings one that stands up to date, where its address is not a part of what tells it apart. */
  readonly renewed?: (piece: Piece) => Piece;
}

export function createAppRegistrar(client: PortalClient): AppRegistrar {
  return {
    standing: () => readStanding(client),
    compare: (part, plan) => compare(partOf(client, part, { plan, userId: 0 })),
    carryOut: (part, plan, userId) => reconcile(client, partOf(client, part, { plan, userId })),
  };
}

async function readStanding(client: PortalClient): Promise<AppStanding> {
  const info = recordOf(valueOf('app.info', await client.call('app.info', {}, READ)));
  const { id: userId, admin } = await readProfile(client);
  return {
    installed: flagOf(info['INSTALLED']),
    status: textOf(info['STATUS']),
    paymentExpired: flagOf(info['PAYMENT_EXPIRED']),
    version: textOf(info['VERSION']),
    userId,
    admin,
  };
}

async function reconcile(client: PortalClient, part: Part): Promise<RegistrationResult> {
  const standing = await readStandingPieces(part);
  const has = new Set(standing.map(({ id }) => id));
  const wants = new Set(part.wanted.map(({ id }) => id));
  const missing = part.wanted.filter(({ id }) => !has.has(id));
  // `method` is empty where nothing is known that takes a piece off.
  const stale = standing.filter(({ id, method }) => !wants.has(id) && method !== '');
  const problems = await perform(client, [...stale, ...missing]);
  const { renewed } = part;
  // What stands may stand with an older address; a portal that does not take it leaves it as it was.
  if (renewed) await perform(client, part.wanted.filter(({ id }) => has.has(id)).map(renewed));
  const refused = missing.filter(({ id }) => problems.has(id));
  const now = refused.length === 0 ? [] : await part.read();
  const stands = new Set(now.map(({ id }) => id));
  const left = refused.filter(({ id }) => !stands.has(id));
  return {
    added: missing.length - left.length,
    removed: stale.filter(({ id }) => !problems.has(id)).length,
    kept: part.wanted.length - missing.length,
    problems: left.map(({ id, what }): RegistrationProblem => ({
      what,
      code: problems.get(id) ?? '-',
    })),
  };
}

/** Codes that stand at another address are told as such, not as missing. */
async function compare({ read, wanted }: Part): Promise<RegistrationGap> {
  const standing = await read();
  const has = new Set(standing.map(({ id }) => id));
  const bound = new Set(standing.map(({ what }) => what.toUpperCase()));
  const lacking = wanted.filter(({ id }) => !has.has(id)).map(({ what }) => what);
  const elsewhere = (code: string): boolean => bound.has(code.toUpperCase());
  return {
    missing: lacking.filter((code) => !elsewhere(code)),
    elsewhere: lacking.filter(elsewhere),
  };
}

/** A part nobody wants may be one whose scope was not granted: then nothing of it stands there. */
async function readStandingPieces(part: Part): Promise<readonly Piece[]> {
  if (part.wanted.length > 0) return part.read();
  return part.read().catch((error: unknown) => {
    if (error instanceof AppError && error.retry === 'never') return [];
    throw error;
  });
}

/** Error codes by piece. */
async function perform(
  client: PortalClient,
  pieces: readonly Piece[],
): Promise<ReadonlyMap<string, string>> {
  const problems = new Map<string, string>();
  if (pieces.length === 0) return problems;
  const commands = pieces.map(({ method, params }, index) => ({
    key: `p${index}`,
    method,
    params,
  }));
  const answers = await client.batch(commands, WRITE);
  for (const [index, { id }] of pieces.entries()) {
    const answer = answers.get(`p${index}`);
    if (answer === undefined || !answer.ok) problems.set(id, answer?.code ?? 'NO_ANSWER');
    // placement.bind may say its errors in a success (PORTAL 7.1).
    else if ('error' in recordOf(answer.value))
      problems.set(id, textOf(recordOf(answer.value)['error']));
  }
  return problems;
}

interface Wish {
  readonly plan: RegistrationPlan;
  readonly userId: number;
}

function partOf(client: PortalClient, part: RegistrationPart, { plan, userId }: Wish): Part {
  switch (part) {
    case 'events':
      return { read: () => readEvents(client), wanted: plan.events.map(eventPiece('event.bind')) };
    case 'placements':
      return { read: () => readPlacements(client), wanted: plan.placements.map(placementPiece) };
    case 'robots':
      return {
        read: () => readCodes(client, 'bizproc.robot.list'),
        wanted: plan.robots.map((robot) => robotPiece(robot, userId)),
        renewed: robotUpdate,
      };
    case 'triggers':
      return {
        read: () => readCodes(client, 'crm.automation.trigger.list'),
        wanted: plan.triggers.map(({ code, name }) => ({
          id: code,
          what: code,
          method: 'crm.automation.trigger.add',
          params: { CODE: code, NAME: name },
        })),
      };
    case 'badges':
      return {
        read: () => readCodes(client, 'crm.activity.badge.list'),
        wanted: plan.badges.map(badgePiece),
      };
  }
}

/** Adding a code that stands there writes it anew (PORTAL 4.5), so that a repeat does no harm. */
function badgePiece({ code, title, value, type }: RegistrationPlan['badges'][number]): Piece {
  const params = { code, title, value, type };
  return { id: code, what: code, method: 'crm.activity.badge.add', params };
}

const eventPiece =
  (method: string) =>
  ({ event, handler }: { readonly event: string; readonly handler: string }): Piece => ({
    id: `${event.toUpperCase()} ${handler}`,
    what: event,
    method,
    params: { event, handler },
  });

async function readEvents(client: PortalClient): Promise<readonly Piece[]> {
  return (await readRows(client, 'event.get'))
    .map((row) => ({ event: textOf(row['event']), handler: textOf(row['handler']) }))
    .filter(({ event, handler }) => event !== '' && handler !== '')
    .map(eventPiece('event.unbind'));
}

function placementPiece(binding: RegistrationPlan['placements'][number]): Piece {
  const { placement, handler, title, titles } = binding;
  const languages = Object.entries(titles).map(
    ([language, text]) => [language, { TITLE: text }] as const,
  );
  return {
    id: `${placement.toUpperCase()} ${handler}`,
    what: placement,
    method: 'placement.bind',
    params: {
      PLACEMENT: placement,
      HANDLER: handler,
      TITLE: title,
      LANG_ALL: Object.fromEntries(languages),
    },
  };
}

async function readPlacements(client: PortalClient): Promise<readonly Piece[]> {
  return (await readRows(client, 'placement.get'))
    .map((row) => ({ placement: textOf(row['placement']), handler: textOf(row['handler']) }))
    .filter(({ placement }) => placement !== '')
    .map(({ placement, handler }) => ({
      id: `${placement.toUpperCase()} ${handler}`,
      what: placement,
      method: 'placement.unbind',
      params: { PLACEMENT: placement, HANDLER: handler },
    }));
}

function robotPiece(robot: RobotCard, userId: number): Piece {
  return {
    id: robot.code,
    what: robot.code,
    method: 'bizproc.robot.add',
    params: {
      CODE: robot.code,
      HANDLER: robot.handler,
      AUTH_USER_ID: userId,
      USE_SUBSCRIPTION: robot.waits ? 'Y' : 'N',
      NAME: robot.name,
      DESCRIPTION: robot.description,
      PROPERTIES: robot.properties,
      RETURN_PROPERTIES: robot.returns,
      FILTER: {
        INCLUDE: [
          ['crm', 'CCrmDocumentDeal'],
          ['crm', String.raw`Bitrix\Crm\Integration\BizProc\Document\Dynamic`],
        ],
      },
    },
  };
}

/** The list tells codes alone: the service may have got another address since (PUBLIC_URL). */
function robotUpdate(piece: Piece): Piece {
  const { CODE = piece.id, ...FIELDS } = piece.params;
  return { ...piece, method: 'bizproc.robot.update', params: { CODE, FIELDS } };
}

/** Lists that name codes, alone or in rows. What stands there and is not ours to want is left: administrators may use it. */
async function readCodes(client: PortalClient, method: string): Promise<readonly Piece[]> {
  const answer = await client.call(method, {}, READ);
  if (!answer.ok) throw refusal(method, answer);
  const listed = recordOf(answer.value)['badges'] ?? answer.value;
  const items: readonly unknown[] = Array.isArray(listed)
    ? listed
    : Object.values(recordOf(listed));
  return items
    .map((item) => textOf(item) || textOf(recordOf(item)['CODE'] ?? recordOf(item)['code']))
    .filter((code) => code !== '')
    .map((code) => ({ id: code, what: code, method: '', params: {} }));
}

async function readRows(client: PortalClient, method: string) {
  return rowsOf(valueOf(method, await client.call(method, {}, READ)));
}
