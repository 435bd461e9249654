/** The tickets of whoever wrote some letters, found by their client instead of by reading all that come into question. */
import type { TicketRef } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import type { BatchCommand, ParamValue } from './batch-command.ts';
import type { Letter } from './incoming-letters.ts';
import { readBatch } from './owner-groups.ts';
import type { PortalClient } from './portal-client.ts';
import { integerOf, recordOf, rowsOf } from './read-value.ts';
import { COMPANY, CONTACT } from './ticket-clients.ts';
import { isPassing, refusal } from './unwrap.ts';
import type { CommandResult } from './unwrap.ts';

const PAGE = 50;
const FIELDS = [
  [CONTACT, '@contactId'],
  [COMPANY, '@companyId'],
] as const;

/** Of `refs`; one request whatever their number. All of a type that cannot be asked by client. */
export async function ticketsOfWriters(
  client: PortalClient,
  letters: readonly Letter[],
  refs: readonly TicketRef[],
): Promise<readonly TicketRef[]> {
  if (letters.length === 0 || refs.length === 0) return [];
  const known = new Map(refs.map((ref) => [refKey(ref), ref]));
  // A letter filed under one of them is about that one alone.
  const filed = letters.map(({ owner }) => refKey(owner)).filter((key) => known.has(key));
  const others = letters.filter(({ owner }) => !known.has(refKey(owner)));
  const types = [...new Set(refs.map(({ entityTypeId }) => entityTypeId))];
  const commands = types.flatMap((type) => questions(type, others));
  const answers = await readBatch(client, commands, 'live');
  const named = commands.flatMap(({ key, type }) => {
    const ids = idsIn(answers.get(key));
    return ids === null
      ? refs.filter(({ entityTypeId }) => entityTypeId === type).map(refKey)
      : ids.map((id) => refKey({ entityTypeId: type, id }));
  });
  return [...new Set([...filed, ...named])].flatMap((key) => known.get(key) ?? []);
}

/** null: the portal does not answer this question. @throws AppError for a passing refusal */
function idsIn(answer: CommandResult | undefined): readonly number[] | null {
  if (answer?.ok) {
    return rowsOf(recordOf(answer.value)['items']).map((item) => integerOf(item['id']) ?? 0);
  }
  if (answer && !isPassing(answer.code)) return null;
  throw refusal('crm.item.list', answer ?? { code: 'INTERNAL_SERVER_ERROR', httpStatus: 0 });
}

function questions(
  type: number,
  letters: readonly Letter[],
): readonly (BatchCommand & { readonly type: number })[] {
  const parties = [...new Set(letters.flatMap((letter) => letter.parties))];
  return FIELDS.flatMap(([kind, field]) => {
    const ids = parties
      .filter((party) => party.startsWith(`${kind}:`))
      .map((party) => Number(party.split(':')[1]))
      .filter((id) => id > 0);
    return Array.from({ length: Math.ceil(ids.length / PAGE) }, (_, n) => {
      const filter: Record<string, ParamValue> = { [field]: ids.slice(n * PAGE, (n + 1) * PAGE) };
      const params = {
        entityTypeId: type,
        select: ['id'],
        filter,
        order: { id: 'DESC' },
        start: 0,
      };
      return { key: `w${type}c${kind}n${n}`, method: 'crm.item.list', params, type };
    });
  });
}
