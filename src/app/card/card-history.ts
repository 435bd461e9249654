/** What happened to the ticket, newest first, from the journal, in words. */
import type { CardHistoryLine } from '../../core/card-state.ts';
import type { JournalEntry, JournalKind } from '../../core/journal-entry.ts';
import type { TicketRef } from '../../core/ticket.ts';
import type { Journal } from '../ports/state.ts';
import type { Language } from '../ports/texts.ts';
import type { CardDeps, CardViewer } from './card-deps.ts';

/** What the panel shows; the journal itself keeps more. */
const SHOWN = 100;

export async function cardHistory(
  { portalId, language }: Pick<CardViewer, 'portalId' | 'language'>,
  ref: TicketRef,
  deps: CardDeps,
): Promise<readonly CardHistoryLine[]> {
  const own = await deps.client.journal.ofTicket(portalId, ref, SHOWN);
  const lines: CardHistoryLine[] = [];
  for (const entry of own) {
    const who = BY_PEOPLE.has(entry.kind) ? await nameOf(entry.movedBy, deps) : '';
    lines.push({ at: entry.at, who, text: textOf(language, entry, deps) });
  }
  return lines;
}

/** Whose names the history will ask for, the newest first. */
export async function peopleInHistory(
  portalId: string,
  ref: TicketRef,
  { journal }: { readonly journal: Pick<Journal, 'ofTicket'> },
): Promise<readonly number[]> {
  const own = await journal.ofTicket(portalId, ref, SHOWN);
  const people = own.filter(({ kind, movedBy }) => BY_PEOPLE.has(kind) && movedBy > 0);
  return [...new Set(people.map(({ movedBy }) => movedBy))];
}

/** Kinds whose `movedBy` is a person who did it; everything else the app did. */
const BY_PEOPLE: ReadonlySet<JournalKind> = new Set<JournalKind>([
  'panel-action',
  'closed',
  'would-close',
  'overridden',
  'justified',
  'reopened',
  'undone',
  'ungated',
]);

async function nameOf(userId: number, { client }: CardDeps): Promise<string> {
  return userId > 0 ? client.channels.staffName(userId) : '';
}

function textOf(language: Language, entry: JournalEntry, { plain }: CardDeps): string {
  const { kind, detail } = entry;
  const own = OWN_WORDS[kind]?.(entry);
  if (own === undefined) return capital(plain(language, `journal.kind.${kind}`));
  const [key, params = {}] = own;
  const outcome = entry.outcome === null ? '' : plain(language, `field.outcome.${entry.outcome}`);
  const cycle = entry.cycle ?? Number(detail['cycle'] ?? 1);
  return plain(language, `card.history.${key}`, { outcome, cycle, ...params });
}

const gapsOf = ({ results }: JournalEntry): number =>
  results.filter(
    ({ strictness, verdict }) =>
      verdict.status === 'unmet' && (strictness === 'block' || strictness === 'justify'),
  ).length;

type OwnWords = readonly [key: string, params?: Readonly<Record<string, string | number>>];

const OWN_WORDS: Readonly<Partial<Record<JournalKind, (entry: JournalEntry) => OwnWords>>> = {
  returned: (entry) => ['returned', { count: gapsOf(entry) }],
  'held-back': (entry) => ['held-back', { count: gapsOf(entry) }],
  closed: () => ['closed'],
  reopened: () => ['reopened'],
  'client-message': ({ detail }) => [`message.${detail['kind'] ?? 'notice'}`],
  'client-answered': ({ detail }) => [`answer.${detail['answer'] ?? 'question'}`],
  'panel-action': ({ detail }) => [actionKey(detail)],
};

/** An article that the portal let only the app write says so; the button was a person's all the same. */
function actionKey({ action = '', by, decision }: JournalEntry['detail']): string {
  if (action === 'kb-decide' && decision === 'updated') return 'action.kb-decide.updated';
  return `action.${action}${action === 'kb-create' && by === 'app' ? '.by-app' : ''}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
