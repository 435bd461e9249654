/** What happened to the ticket, newest first, from the journal, in words. */
import type { CardHistoryLine } from '../../core/card-state.ts';
import type { JournalEntry, JournalKind } from '../../core/journal-entry.ts';
import type { TicketRef } from '../../core/ticket.ts';
import { refKey } from '../../core/ticket.ts';
import type { Language } from '../ports/texts.ts';
import type { CardDeps, CardViewer } from './card-deps.ts';

/** Lines of the whole portal that are looked through. */
const LOOK_BACK = 1000;
const SHOWN = 30;

export async function cardHistory(
  { portalId, language }: Pick<CardViewer, 'portalId' | 'language'>,
  ref: TicketRef,
  deps: CardDeps,
): Promise<readonly CardHistoryLine[]> {
  const latest = await deps.client.journal.latest(portalId, LOOK_BACK);
  const own = latest
    .filter((entry) => entry.ref !== null && refKey(entry.ref) === refKey(ref))
    .slice(0, SHOWN);
  const lines: CardHistoryLine[] = [];
  for (const entry of own) {
    const who = BY_PEOPLE.has(entry.kind) ? await nameOf(entry.movedBy, deps) : '';
    lines.push({ at: entry.at, who, text: textOf(language, entry, deps) });
  }
  return lines;
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
  'panel-action': ({ detail }) => [`action.${detail['action'] ?? ''}`],
};

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
