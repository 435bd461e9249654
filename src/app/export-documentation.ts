/** The documentation of a closed ticket for a person to take away: computed anew, or an earlier cycle's from its timeline. */
import type { TicketRef } from '../core/ticket.ts';
import { closingDocument } from './closing-document.ts';
import type { DocumentDeps } from './closing-document.ts';
import { headOf, normal } from './document-closing.ts';
import type { GateDeps } from './gate-deps.ts';
import { readTicket } from './one-ticket.ts';
import type { OneTicket } from './one-ticket.ts';
import type { ClosingDocument, DocumentationTexts } from './ports/documentation.ts';
import type { Language } from './ports/texts.ts';

export interface ExportDeps extends GateDeps, DocumentDeps {
  readonly documentation: DocumentationTexts;
}

export interface ExportRequest {
  readonly ref: TicketRef;
  readonly format: 'md' | 'plain';
  /** null: the cycle the ticket is in. */
  readonly cycle: number | null;
  /** null: the pipeline's. */
  readonly language: Language | null;
}

export type Exported =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'no-ticket' | 'not-closed' | 'no-cycle' };

/** Reads only. Throws portal faults. */
export async function exportDocumentation(
  portalId: string,
  request: ExportRequest,
  deps: ExportDeps,
): Promise<Exported> {
  const ticket = await readTicket(portalId, request.ref, deps);
  if (!ticket) return { kind: 'no-ticket' };
  const current = ticket.snapshot.record.cycle ?? 1;
  const cycle = request.cycle ?? current;
  if (cycle !== current) return earlierCycle(ticket, cycle, deps);
  const document = await closingDocument(portalId, ticket.snapshot, ticket.policy, deps);
  if (document === null) return { kind: 'not-closed' };
  const language = request.language ?? ticket.policy.language;
  const { documentation } = deps;
  const text =
    request.format === 'md'
      ? documentation.markdown(language, document)
      : documentation.plain(language, document);
  return { kind: 'text', text };
}

/** The ticket's fields hold the cycle it is in only: what was true of an earlier one stands in its timeline. */
async function earlierCycle(
  { snapshot, policy }: OneTicket,
  cycle: number,
  { documentation, tickets }: ExportDeps,
): Promise<Exported> {
  const sample = documentation.timeline(policy.language, emptyDocument(snapshot.ref.id, cycle));
  const [name = '', closing = ''] = (sample[0] ?? '').split('\n').filter((line) => line !== '');
  const head = normal(`${name} ${closing.split(':')[0] ?? ''}:`);
  // Newest first: a closing that was undone stands before the one that counts.
  const comments = await tickets.readComments(snapshot.ref);
  const at = comments.findIndex((comment) => normal(headOf(comment)).startsWith(head));
  const first = comments[at];
  if (first === undefined) return { kind: 'no-cycle' };
  const parts = comments
    .slice(0, at)
    .toReversed()
    .filter((comment) => comment.startsWith(`${name},`))
    .map((comment) => comment.split('\n').slice(1).join('\n').trim());
  return { kind: 'text', text: [first, ...parts].join('\n') };
}

/** Only its first two lines are looked at. */
function emptyDocument(ticketId: number, cycle: number): ClosingDocument {
  return {
    ticketId,
    cycle,
    closedAt: '',
    outcome: 'confirmed',
    closeReason: 'solved',
    problem: '',
    cause: '',
    solution: '',
    recommendations: '',
    resources: [],
    productVersion: '',
    productInstruction: '',
    resolution: '',
    timeSpent: null,
    times: null,
  };
}
