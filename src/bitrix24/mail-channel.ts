/** Letters to the client from the ticket (PORTAL 5.3): the one combination of crm.activity.add that is really sent. */
import { THIS_TRY } from '../app/ports/client.ts';
import type { OutgoingMessage } from '../app/ports/client.ts';
import type { Log } from '../app/ports/runtime.ts';
import type { Instant } from '../core/ticket.ts';
import type { BatchCommand, Params } from './batch-command.ts';
import { ORIGINATOR, READ, sureOf, WRITE } from './delivery-attempt.ts';
import type { Attempt } from './delivery-attempt.ts';
import type { PortalClient } from './portal-client.ts';
import { integerOf, isoOf, rowsOf, textOf } from './read-value.ts';
import type { ClientCard } from './ticket-clients.ts';
import { valueOf } from './unwrap.ts';

const LETTER = 4;
const OUTGOING = 2;
const HTML = 3;
const MINUTE = 60_000;

export interface LetterParts {
  /** Where it goes: the first of the clients who has an address. */
  readonly card: ClientCard;
  readonly address: string;
  readonly responsibleId: number;
  /** Portal clock. */
  readonly now: Instant;
}

/** The client of these who can be written to; null when none has an address. */
export function addresseeOf(
  cards: readonly ClientCard[],
): Pick<LetterParts, 'card' | 'address'> | null {
  for (const card of cards) {
    const [address] = card.addresses;
    if (address !== undefined) return { card, address };
  }
  return null;
}

/**
 * Sends one letter. An answer that is lost is looked for by ORIGIN_ID, never sent again.
 * @throws AppError portal-outcome-unknown when it may or may not have left
 */
export async function sendByMail(
  client: PortalClient,
  out: OutgoingMessage,
  parts: LetterParts,
  log: Log,
): Promise<Attempt> {
  return sureOf<Attempt>(
    async () => {
      const fields = letterFields(out, parts);
      const added = await client.call('crm.activity.add', { fields }, WRITE);
      const id = added.ok ? integerOf(added.value) : null;
      if (id !== null) return delivered(id);
      if (added.ok) {
        const [found] = await lettersOf(client, out.key);
        return found === undefined ? { kind: 'refused', why: 'NO_ACTIVITY' } : delivered(found);
      }
      // Known before anything else: a process that dies from here on must not take it for sent.
      await out.unsent?.note([THIS_TRY]);
      await cleanUp(client, out, log);
      return { kind: 'refused', why: added.code };
    },
    async () => findLetter(client, out, log),
  );
}

const delivered = (id: number): Attempt => ({ kind: 'delivered', reference: referenceOf(id) });

function letterFields(out: OutgoingMessage, parts: LetterParts): Params {
  const { head, message } = out;
  const { card, address, now } = parts;
  return {
    OWNER_TYPE_ID: head.ref.entityTypeId,
    OWNER_ID: head.ref.id,
    TYPE_ID: LETTER,
    DIRECTION: OUTGOING,
    COMPLETED: 'Y',
    SUBJECT: message.subject,
    DESCRIPTION: message.html,
    DESCRIPTION_TYPE: HTML,
    // TYPE is left out: every other value than EMAIL would drop the address.
    COMMUNICATIONS: [{ VALUE: address, ENTITY_ID: card.id, ENTITY_TYPE_ID: card.entityTypeId }],
    RESPONSIBLE_ID: parts.responsibleId,
    ORIGINATOR_ID: ORIGINATOR,
    ORIGIN_ID: out.key,
    START_TIME: isoOf(now),
    END_TIME: isoOf(now + MINUTE),
  };
}

/**
 * The letter of this message that was sent. The portal keeps a letter it failed to send like one it sent: the answer alone
 * told, so that what is known from it is removed here. When that answer itself was lost nothing tells; such a letter
 * counts, and its reminder then fails openly, which stops the countdown.
 */
export async function findLetter(
  client: PortalClient,
  out: Pick<OutgoingMessage, 'key' | 'unsent'>,
  log: Log,
): Promise<Attempt | null> {
  if ((await out.unsent?.known([THIS_TRY]))?.has(THIS_TRY)) await cleanUp(client, out, log);
  const ids = await lettersOf(client, out.key);
  const unsent = ids.length === 0 ? undefined : await out.unsent?.known(ids.map(referenceOf));
  const id = ids.find((one) => !unsent?.has(referenceOf(one)));
  return id === undefined ? null : delivered(id);
}

const referenceOf = (id: number): string => `activity:${id}`;

/** Whether this message was sent already. */
export function letterQuestion(key: string): BatchCommand {
  const filter = { ORIGINATOR_ID: ORIGINATOR, ORIGIN_ID: key };
  const params = { filter, order: { ID: 'ASC' }, select: ['ID', 'ORIGIN_ID'], start: 0 };
  return { key: 'letters', method: 'crm.activity.list', params };
}

async function lettersOf(client: PortalClient, key: string): Promise<readonly number[]> {
  const { method, params } = letterQuestion(key);
  const value = valueOf(method, await client.call(method, params, READ));
  // A portal that does not filter by this field must not hand us somebody else's letter.
  return rowsOf(value)
    .filter((row) => textOf(row['ORIGIN_ID']) === key)
    .flatMap((row) => integerOf(row['ID']) ?? []);
}

/** After an "Email send error" the activity is there nevertheless and would look like a sent letter (trap 20). */
async function cleanUp(
  client: PortalClient,
  { key, unsent }: Pick<OutgoingMessage, 'key' | 'unsent'>,
  log: Log,
): Promise<void> {
  const ids = await lettersOf(client, key);
  // One that cannot be removed must not count at the next try either.
  await unsent?.note(ids.map(referenceOf));
  for (const id of ids) {
    // Deleting twice is harmless, so that a lost answer is simply asked for again.
    const deleted = await client.call('crm.activity.delete', { id }, READ);
    if (!deleted.ok && deleted.code !== 'NOT_FOUND') {
      log.warn({ activityId: id, detail: deleted.code }, 'an unsent letter could not be removed');
    }
  }
}
