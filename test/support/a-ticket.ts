/** A ticket that may be closed as it stands; a test overrides what its case is about. */
import type {
  Conversation,
  Fact,
  Instant,
  OpenWork,
  TicketRecord,
  TicketSnapshot,
} from '../../src/core/ticket.ts';

/** Wednesday, 11 March 2026, 12:00 in Moscow. */
export const NOON: Instant = Date.UTC(2026, 2, 11, 9);
export const MINUTE = 60_000;

export const UNREADABLE = { known: false, why: 'unreadable' } as const;
export const UNAVAILABLE = { known: false, why: 'unavailable' } as const;

export interface TicketOverrides extends Partial<Omit<TicketSnapshot, 'record'>> {
  readonly record?: Partial<TicketRecord>;
}

export function aRecord(overrides: Partial<TicketRecord> = {}): TicketRecord {
  return {
    checkedHow: 'Открыли шлагбаум по заявке №7 вместе с охраной',
    problem: 'Не открывается шлагбаум по заявке',
    cause: 'Истёк сертификат контроллера',
    solution: 'Выпустили новый сертификат\nи перезапустили контроллер',
    recommendations: 'Продлевать сертификат за месяц до срока',
    diagnostics: 'Журнал контроллера приложен',
    kbNote: '',
    confirmationEvidence: '',
    exceptionReason: '',
    duplicateOf: '',
    resolution: '',
    mistakeMeasure: '',
    productVersion: '',
    productInstruction: '',
    holdReason: '',
    policyVersion: '',
    timeSpent: 45,
    cycle: null,
    returns: null,
    resources: ['https://kb.example/certificates'],
    closedAt: null,
    askedAt: null,
    remindedAt: null,
    holdUntil: null,
    kbDecision: 'created',
    confirmation: 'confirmed',
    closeReason: null,
    outcome: null,
    mistakeCause: null,
    ...overrides,
  };
}

export function aTicket({ record = {}, ...overrides }: TicketOverrides = {}): TicketSnapshot {
  return {
    ref: { entityTypeId: 2, id: 759 },
    title: 'Шлагбаум не открывается',
    categoryId: 5,
    stageId: 'C5:WON',
    previous: { categoryId: 5, stageId: 'C5:EXECUTING' },
    movedBy: 11,
    movedAt: NOON,
    createdAt: NOON - 600 * MINUTE,
    assigneeId: 12,
    diagnosticsCategory: '',
    record: aRecord(record),
    openWork: known<readonly OpenWork[]>([]),
    conversation: aConversation(NOON - 30 * MINUTE, NOON - 20 * MINUTE),
    ...overrides,
  };
}

export function known<T>(value: T): Fact<T> {
  return { known: true, value };
}

export function aConversation(
  lastClientMessageAt: Instant | null,
  lastOurAnswerAt: Instant | null,
): Fact<Conversation> {
  return known({ lastClientMessageAt, lastOurAnswerAt });
}
