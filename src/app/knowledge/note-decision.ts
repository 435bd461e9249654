/** The decision about the knowledge base (step-5) on the ticket and in the journal. */
import { addressesIn } from '../../core/knowledge/article-links.ts';
import type { KbDecision, TicketRecord } from '../../core/ticket.ts';
import { refKey } from '../../core/ticket.ts';
import { AppError } from '../../errors.ts';
import type { JournalKind } from '../../core/journal-entry.ts';
import { plainLine } from '../journal-lines.ts';
import type { KbTicket } from './kb-ticket.ts';
import type { KnowledgeDeps } from './knowledge-deps.ts';

export interface Decided {
  readonly decision: KbDecision;
  /** Address of the article; '' where none is needed. */
  readonly link: string;
  /** Title of the article, or why none is needed. */
  readonly words: string;
  /** Id of the article on this portal; null for one elsewhere. */
  readonly articleId: number | null;
}

export type NoteOutcome =
  { readonly kind: 'noted' } | { readonly kind: 'refused'; readonly detail: string };

const REMEMBER_MS = 400 * 24 * 60 * 60_000;

/**
 * Writes decision, note and link to the ticket, then one journal line. What an agent wrote in the note stays below.
 * @throws AppError portal-outcome-unknown when nobody can say whether the ticket was written
 */
export async function noteDecision(
  portalId: string,
  ticket: KbTicket,
  decided: Decided,
  deps: KnowledgeDeps,
): Promise<NoteOutcome> {
  const { head, policy } = ticket;
  const changes = changesFor(head.record, decided);
  if (Object.keys(changes).length > 0) {
    const outcomes = await deps.writer.change([{ ref: head.ref, policy, changes, moveTo: null }]);
    const [outcome] = outcomes.values();
    if (!outcome || (!outcome.ok && outcome.why === 'unknown')) {
      throw new AppError(
        'portal-outcome-unknown',
        'The ticket was perhaps not written: try again.',
        {
          retry: 'backoff',
        },
      );
    }
    if (!outcome.ok) return { kind: 'refused', detail: outcome.detail };
  }
  await journalOnce(portalId, ticket, journalled(decided), deps);
  return { kind: 'noted' };
}

/** Only what differs: a repeat after a crash writes nothing. */
function changesFor(
  record: TicketRecord,
  { decision, link, words }: Decided,
): Partial<TicketRecord> {
  const noted = decision === 'not-needed' ? record.kbNote === words : record.kbNote.includes(link);
  const wanted = [words, link].filter((part) => part !== '').join(': ');
  const note =
    decision === 'not-needed' ? words : [wanted, record.kbNote].filter(Boolean).join('\n');
  const linked = link === '' || record.resources.flatMap(addressesIn).includes(link);
  return {
    ...(record.kbDecision === decision ? {} : { kbDecision: decision }),
    ...(noted ? {} : { kbNote: note }),
    ...(linked ? {} : { resources: [...record.resources, link] }),
  };
}

interface Line {
  readonly kind: JournalKind;
  readonly detail: Readonly<Record<string, string | number>>;
}

function journalled({ decision, articleId }: Decided): Line {
  const article = articleId === null ? {} : { article: articleId };
  const where = articleId === null ? 'elsewhere' : `note:${articleId}`;
  const reference = decision === 'not-needed' ? decision : `${decision}:${where}`;
  return { kind: 'kb-decided', detail: { decision, reference, ...article } };
}

/** One line per ticket, cycle and reference, however often a command is run again. */
export async function journalOnce(
  portalId: string,
  { head, policy, cycle }: KbTicket,
  { kind, detail }: Line,
  deps: KnowledgeDeps,
): Promise<void> {
  const mark = `${kind}@${refKey(head.ref)}@${cycle}@${detail['reference'] ?? ''}`;
  const unseen = await deps.state.unseen(portalId, [mark]);
  if (!unseen.has(mark)) return;
  const now = deps.clock.now();
  await deps.journal.append(portalId, [
    {
      ...plainLine(now, kind, { ...detail, cycle }, head.ref),
      pipeline: policy.pipeline,
      assigneeId: head.assigneeId,
      policyVersion: policy.version,
      cycle,
    },
  ]);
  await deps.state.markSeen(portalId, [{ mark, movedAt: now + REMEMBER_MS }], 0);
}
