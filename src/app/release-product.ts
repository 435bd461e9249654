/**
 * "Released" (special-product-update): a version that tickets waited for is out. Its instruction goes onto each of them and
 * each client is asked, on the way every request takes: working hours, channels, once. Safe to repeat: what is done is not
 * done again, and a ticket whose instruction stands but whose client was not asked yet is asked.
 */
import { isToBeAsked } from '../core/decide-silence.ts';
import type { PipelineRef } from '../core/policy.ts';
import { pipelineKey } from '../core/policy.ts';
import { versionKey, waitsForRelease } from '../core/product-update.ts';
import { refKey } from '../core/ticket.ts';
import type { TicketRef } from '../core/ticket.ts';
import { AppError } from '../errors.ts';
import { askClient } from './ask-client.ts';
import { changeTicket } from './change-ticket.ts';
import type { ClientDeps } from './client-deps.ts';
import { underLock } from './client-side.ts';
import { ticketLine } from './journal-lines.ts';
import type { OneTicket } from './one-ticket.ts';
import { readTicket } from './one-ticket.ts';
import type { Fate } from './ports/runs.ts';
import { waitingTickets } from './reconcile.ts';

export interface WaitingTicket {
  readonly ref: TicketRef;
  readonly title: string;
  readonly link: string;
  readonly assigneeId: number;
}

/** Tickets that wait for one version; `version` as the first of them spells it, '' where nobody wrote one. */
export interface WaitingVersion {
  readonly version: string;
  readonly tickets: readonly WaitingTicket[];
}

/** null: every pipeline whose gate is in force. */
export type PipelineChoice = PipelineRef | null;

/** By version, the one that most tickets wait for first. One listing. */
export async function waitingForRelease(
  portalId: string,
  pipeline: PipelineChoice,
  deps: Pick<ClientDeps, 'policies' | 'tickets'>,
): Promise<readonly WaitingVersion[]> {
  const versions = new Map<string, { version: string; tickets: WaitingTicket[] }>();
  for (const { snapshot } of await waiting(portalId, pipeline, deps)) {
    if (!waitsForRelease(snapshot.record)) continue;
    const version = snapshot.record.productVersion.trim();
    const key = versionKey(version);
    const group = versions.get(key) ?? { version: key === '' ? '' : version, tickets: [] };
    group.tickets.push(told(snapshot, deps));
    versions.set(key, group);
  }
  return [...versions.values()].toSorted((a, b) => b.tickets.length - a.tickets.length);
}

function told(
  { ref, title, assigneeId }: OneTicket['snapshot'],
  { tickets }: Pick<ClientDeps, 'tickets'>,
): WaitingTicket {
  return { ref, title, link: tickets.ticketLink(ref), assigneeId };
}

/** Tickets of an update whose client is still to be asked. */
async function waiting(
  portalId: string,
  pipeline: PipelineChoice,
  deps: Pick<ClientDeps, 'policies' | 'tickets'>,
): Promise<readonly OneTicket[]> {
  const policies = (await deps.policies.list(portalId)).filter(
    (policy) =>
      policy.mode === 'enforce' &&
      (pipeline === null || pipelineKey(policy.pipeline) === pipelineKey(pipeline)),
  );
  const tickets = await waitingTickets(policies, deps);
  return tickets.filter(
    ({ snapshot, policy }) =>
      snapshot.record.outcome === 'product-update' && isToBeAsked(snapshot, policy),
  );
}

export interface Release {
  readonly version: string;
  /** Text or link for the client. */
  readonly instruction: string;
  readonly pipeline: PipelineChoice;
}

/** What became of one ticket; `refused`: the portal did not take the instruction, the leads know. */
export type ReleaseFate = Fate | 'refused';

export interface ReleasedTicket extends WaitingTicket {
  readonly fate: ReleaseFate;
}

/** Of whom the release is, before anything is written. One listing. */
export async function ticketsOfRelease(
  portalId: string,
  release: Release,
  deps: Pick<ClientDeps, 'policies' | 'tickets'>,
): Promise<readonly WaitingTicket[]> {
  const all = await waiting(portalId, release.pipeline, deps);
  return all.filter((ticket) => isOf(ticket, release)).map(({ snapshot }) => told(snapshot, deps));
}

/** Not released yet, or broken off after the instruction was written. */
function isOf({ snapshot: { record } }: OneTicket, { version, instruction }: Release): boolean {
  if (versionKey(record.productVersion) !== versionKey(version)) return false;
  return waitsForRelease(record) || plain(record.productInstruction) === plain(instruction);
}

/** The portal may turn line ends. */
const plain = (text: string): string => text.replaceAll(/\s+/gu, ' ').trim();

/** @param progress called after each ticket */
export async function releaseProduct(
  portalId: string,
  order: { readonly release: Release; readonly tickets: readonly WaitingTicket[] },
  deps: ClientDeps,
  progress: (done: number, total: number) => void = () => undefined,
): Promise<readonly ReleasedTicket[]> {
  const released: ReleasedTicket[] = [];
  for (const ticket of order.tickets) {
    released.push({ ...ticket, fate: await releaseOne(portalId, ticket.ref, order.release, deps) });
    progress(released.length, order.tickets.length);
  }
  return released;
}

/** A ticket that is busy or cannot be written now keeps nobody else up: run again, it is done then. */
async function releaseOne(
  portalId: string,
  ref: TicketRef,
  release: Release,
  deps: ClientDeps,
): Promise<ReleaseFate> {
  try {
    return await underLock({ portalId, ref }, deps, () =>
      writeAndAsk(portalId, ref, release, deps),
    );
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    deps.log.warn(
      { portalId, ticket: refKey(ref), code: error.code },
      'a release could not be told yet',
    );
    return error.retry === 'after' ? 'busy' : 'fault';
  }
}

async function writeAndAsk(
  portalId: string,
  ref: TicketRef,
  release: Release,
  deps: ClientDeps,
): Promise<ReleaseFate> {
  const ticket = await readTicket(portalId, ref, deps);
  const asks = ticket && isToBeAsked(ticket.snapshot, ticket.policy);
  if (!ticket || !asks || !isOf(ticket, release)) return 'not-wanted';
  const { snapshot } = ticket;
  const changes = { productInstruction: release.instruction.trim() };
  if (waitsForRelease(snapshot.record)) {
    const written = await changeTicket(portalId, ticket, { changes, moveTo: null }, deps);
    if (!written) return 'refused';
  }
  const reference = versionKey(release.version);
  const line = ticketLine(ticket, 'released', deps.clock.now(), { reference });
  await deps.journal.append(portalId, [line]);
  const record = { ...snapshot.record, ...changes };
  return askClient(portalId, { ...ticket, snapshot: { ...snapshot, record } }, deps);
}
