/** A portal in memory for the app tests: holds tickets, takes moves, records what was said to whom. */
import type {
  StaffComment,
  StaffNotice,
  StageMove,
  StampCommand,
  StampOutcome,
  TicketFacts,
  TicketGateway,
  TicketHead,
  WriteOutcome,
  MovedQuery,
  PortalStage,
} from '../../src/app/ports/tickets.ts';
import type { TicketRef } from '../../src/core/ticket.ts';
import { refKey } from '../../src/core/ticket.ts';
import { AppError } from '../../src/errors.ts';

export const APP_USER = 1;

export class FakeTickets implements TicketGateway {
  heads = new Map<string, TicketHead>();
  facts = new Map<string, TicketFacts>();
  stages: PortalStage[] = [];
  comments: StaffComment[] = [];
  notices: StaffNotice[] = [];
  stamps: StampCommand[] = [];
  moves: StageMove[] = [];
  /** Stage ids that refuse a ticket moved into them, and how. */
  refusing = new Map<string, Extract<WriteOutcome, { ok: false }>['why']>();
  /** Names of stamp fields that come back different. */
  mismatched: string[] = [];
  /** Throws at the named step, as a process killed there would stop. */
  dieAt: 'before-move' | 'after-move' | 'after-comment' | 'after-notify' | 'after-stamp' | null =
    null;
  /** What somebody does while a stamp is on its way, once. */
  whileStamping: (() => void) | null = null;
  reads: string[] = [];
  /** What the facts were last told of the portal's final stages. */
  finalStages: ReadonlySet<string> = new Set();
  /** The write happens, its answer is lost. */
  loseAnswers = false;
  now = 1_000_000;

  put(head: TicketHead, facts: TicketFacts): void {
    this.heads.set(refKey(head.ref), head);
    this.facts.set(refKey(head.ref), facts);
  }

  async listMoved(queries: readonly MovedQuery[]): Promise<readonly TicketHead[]> {
    this.reads.push('list');
    return [...this.heads.values()].filter((head) =>
      queries.some(
        (query) =>
          query.entityTypeId === head.ref.entityTypeId &&
          (query.alsoIds.includes(head.ref.id) ||
            (query.stageIds.includes(head.stageId) && head.movedAt >= query.since)),
      ),
    );
  }

  async loadFacts(
    heads: readonly TicketHead[],
    what: { readonly conversations: boolean; readonly finalStages?: ReadonlySet<string> },
  ): Promise<ReadonlyMap<string, TicketFacts>> {
    this.finalStages = what.finalStages ?? new Set();
    this.reads.push(what.conversations ? 'facts+chats' : 'facts');
    return new Map(
      heads.flatMap((head) => {
        const facts = this.facts.get(refKey(head.ref));
        if (!facts) return [];
        const conversation = what.conversations
          ? facts.conversation
          : ({ known: false, why: 'unreadable' } as const);
        return [[refKey(head.ref), { ...facts, conversation }] as const];
      }),
    );
  }

  async loadConversations(heads: readonly TicketHead[]) {
    this.reads.push(`chats:${heads.length}`);
    return new Map(
      heads.map(
        (head) =>
          [
            refKey(head.ref),
            this.facts.get(refKey(head.ref))?.conversation ??
              ({ known: false, why: 'unreadable' } as const),
          ] as const,
      ),
    );
  }

  async moveTickets(moves: readonly StageMove[]): Promise<ReadonlyMap<string, WriteOutcome>> {
    this.die('before-move');
    const answers = new Map(moves.map((move) => [refKey(move.ref), this.move(move)] as const));
    this.die('after-move');
    return answers;
  }

  async returnOne(move: StageMove, comment: StaffComment, notices: readonly StaffNotice[]) {
    this.die('before-move');
    const outcome = this.move(move);
    if (!outcome.ok) return { move: outcome, explained: false, notified: false };
    this.die('after-move');
    await this.addComments([comment]);
    await this.notify(notices);
    return { move: outcome, explained: true, notified: true };
  }

  async stampTickets(
    commands: readonly StampCommand[],
  ): Promise<ReadonlyMap<string, StampOutcome>> {
    this.stamps.push(...commands);
    this.whileStamping?.();
    this.whileStamping = null;
    const outcomes = this.stampAll(commands);
    this.die('after-stamp');
    return outcomes;
  }

  private stampAll(commands: readonly StampCommand[]): ReadonlyMap<string, StampOutcome> {
    return new Map(
      commands.map((command) => {
        const head = this.heads.get(refKey(command.ref));
        const stageId = command.moveTo?.stageId ?? head?.stageId ?? '';
        if (head) {
          const { resolution, ...stamp } = command.stamp;
          const move = { stageId, movedBy: APP_USER, movedAt: (this.now += 1000) };
          this.heads.set(refKey(command.ref), {
            ...head,
            ...(command.moveTo ? move : {}),
            record: { ...head.record, ...stamp, ...(resolution === '' ? {} : { resolution }) },
          });
        }
        const write: WriteOutcome = this.loseAnswers
          ? { ok: false, why: 'unknown', detail: '' }
          : { ok: true, movedAt: this.now, stageId };
        return [
          refKey(command.ref),
          { write, mismatched: this.mismatched, stageIdAfter: stageId },
        ] as const;
      }),
    );
  }

  async addComments(comments: readonly StaffComment[]): Promise<ReadonlySet<string>> {
    this.comments.push(...comments);
    this.die('after-comment');
    return new Set(comments.map((comment) => refKey(comment.ref)));
  }

  async findComments(comments: readonly StaffComment[]): Promise<ReadonlySet<string>> {
    return new Set(
      comments
        .filter((wanted) =>
          this.comments.some(
            (have) => refKey(have.ref) === refKey(wanted.ref) && have.text === wanted.text,
          ),
        )
        .map((comment) => refKey(comment.ref)),
    );
  }

  async readComments(ref: TicketRef): Promise<readonly string[]> {
    return this.comments
      .filter((comment) => refKey(comment.ref) === refKey(ref))
      .map(({ text }) => text)
      .toReversed();
  }

  async notify(notices: readonly StaffNotice[]): Promise<void> {
    for (const notice of notices) {
      // As on the platform: one notice per tag in the whole app, whoever it is for.
      this.notices = this.notices.filter((old) => old.tag !== notice.tag);
      this.notices.push(notice);
    }
    this.die('after-notify');
  }

  async listStages(): Promise<readonly PortalStage[]> {
    return this.stages;
  }

  async appUserId(): Promise<number> {
    return APP_USER;
  }

  ticketLink(ref: TicketRef): string {
    return `https://portal.example/crm/deal/details/${ref.id}/`;
  }

  async serverTime(): Promise<number> {
    return this.now;
  }

  stageOf(ref: TicketRef): string {
    return this.heads.get(refKey(ref))?.stageId ?? '';
  }

  private move(move: StageMove): WriteOutcome {
    this.moves.push(move);
    const refusal = this.refusing.get(move.to.stageId);
    if (refusal) return { ok: false, why: refusal, detail: 'FAKE' };
    const head = this.heads.get(refKey(move.ref));
    if (!head) return { ok: false, why: 'not-found', detail: 'NOT_FOUND' };
    this.now += 1000;
    this.heads.set(refKey(move.ref), {
      ...head,
      stageId: move.to.stageId,
      categoryId: move.to.categoryId,
      movedBy: APP_USER,
      movedAt: this.now,
      record: { ...head.record, returns: move.returns.value },
    });
    return this.loseAnswers
      ? { ok: false, why: 'unknown', detail: '' }
      : { ok: true, movedAt: this.now, stageId: move.to.stageId };
  }

  private die(step: NonNullable<FakeTickets['dieAt']>): void {
    if (this.dieAt !== step) return;
    this.dieAt = null;
    throw new AppError('portal-unreachable', `stopped ${step}`, { retry: 'backoff' });
  }
}
