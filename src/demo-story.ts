/** The first thing the demonstration shows: an agent closes an unready ticket, and the gate brings it back. */
import type { Sandbox } from './sandbox/start-sandbox.ts';

const AGENT = 2;
const CLOSED = 'C5:WON';
const PATIENCE_MS = 15_000;
const LOOK_EVERY_MS = 100;

export interface Story {
  readonly ticketId: number;
  readonly title: string;
  /** What the gate wrote on the ticket. */
  readonly explanation: string;
  readonly tookMs: number;
}

/** Plays the story on the sandbox; null when there is no such ticket or the gate did not answer in time. */
export async function playStory(sandbox: Sandbox): Promise<Story | null> {
  // A new one: the nearly finished tickets are left for the visitor to close.
  const ticket = sandbox.control.tickets(2).find(({ stageId }) => stageId === 'C5:NEW');
  if (!ticket) return null;
  const ref = { entityTypeId: 2, id: ticket.id };
  const started = performance.now();
  sandbox.control.moveTicket(ref, CLOSED, AGENT);
  while (performance.now() - started < PATIENCE_MS) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    const comment = sandbox.control.comments(ref).at(-1);
    if (sandbox.control.ticket(ref).stageId !== CLOSED && comment) {
      return {
        ticketId: ticket.id,
        title: ticket.title,
        explanation: comment.text,
        tookMs: Math.round(performance.now() - started),
      };
    }
  }
  return null;
}
