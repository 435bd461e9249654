/** How a text of an administrator would look on a real ticket, and its test message to that administrator: never to a client. */
import type {
  TemplateCheck,
  TemplateDraft,
  TemplatePreview,
} from '../../core/admin/templates-state.ts';
import { textKey } from '../../core/admin/templates-state.ts';
import { onlyAsksClient } from '../../core/client-word.ts';
import type { Gap } from '../../core/decision.ts';
import type { TicketRef } from '../../core/ticket.ts';
import { refKey } from '../../core/ticket.ts';
import { judgeAsClosed } from '../preview-closing.ts';
import { closingDocument } from '../closing-document.ts';
import { contextOf, lackingForArticle } from '../knowledge/kb-ticket.ts';
import { closeByText, messageContext, reopenUntil, wallTime } from '../message-context.ts';
import type { OneTicket } from '../one-ticket.ts';
import { cycleOf, findTicket } from '../one-ticket.ts';
import type { ClientMessageContext } from '../ports/client.ts';
import type { PreviewValues, RenderedTemplate } from '../ports/own-templates.ts';
import type { AdminDeps, AdminUser } from './admin-deps.ts';
import { faultsOf, isKnown, note } from './own-templates.ts';

/** Belongs to nobody (RFC 2606): a link of a preview must not confirm anything. */
const SAMPLE_LINK = 'https://example.com/c/sample';

const SAMPLES: PreviewValues = {
  client: null,
  ticket: null,
  gaps: null,
  document: null,
  article: null,
};

export interface PreviewWish extends TemplateDraft {
  /** null: sample values. */
  readonly ticket: TicketRef | null;
}

export type PreviewResult =
  | ({ readonly kind: 'checked' } & TemplateCheck)
  | { readonly kind: 'unknown' }
  | { readonly kind: 'no-ticket' };

export async function previewTemplate(
  wish: PreviewWish,
  user: AdminUser,
  deps: AdminDeps,
): Promise<PreviewResult> {
  const { templates } = deps.tools;
  const { language, name, text } = wish;
  if (!isKnown(wish, templates)) return { kind: 'unknown' };
  const faults = faultsOf({ language, name, text }, user.language, deps);
  if (faults.length > 0) return { kind: 'checked', faults, preview: null };
  const ticket = wish.ticket && (await readForPreview(wish.ticket, deps));
  if (ticket === 'none') return { kind: 'no-ticket' };
  const values = ticket === null ? SAMPLES : await valuesOf(wish, ticket, { user, deps });
  const rendered = templates.book.render({ language, name }, text, values);
  const notes = notesOf(wish, { rendered, values, ticket }, { user, deps });
  return { kind: 'checked', faults: [], preview: previewOf(rendered, ticket, notes) };
}

async function readForPreview(ref: TicketRef, deps: AdminDeps): Promise<OneTicket | 'none'> {
  const { client } = deps;
  const found = await findTicket(deps.portalId, ref, client, client.tickets);
  return typeof found === 'string' ? 'none' : found;
}

function previewOf(
  { subject, plain, bb, mail }: RenderedTemplate,
  ticket: OneTicket | null,
  notes: readonly string[],
): TemplatePreview {
  const of = ticket && { key: refKey(ticket.snapshot.ref), title: ticket.head.title };
  return { subject, chat: bb, mail, plain, ticket: of, notes };
}

interface Viewing {
  readonly user: AdminUser;
  readonly deps: AdminDeps;
}

/** Only what the template of this group can name is read. */
async function valuesOf(
  { name }: TemplateDraft,
  ticket: OneTicket,
  viewing: Viewing,
): Promise<PreviewValues> {
  const { deps } = viewing;
  const { client, tools, portalId } = deps;
  const group = tools.templates.book.infos.find((info) => info.name === name)?.group;
  const { ref } = ticket.snapshot;
  switch (group) {
    case 'client':
      return { ...SAMPLES, client: await clientValues(name, ticket, deps) };
    case 'documentation':
      return {
        ...SAMPLES,
        document: await closingDocument(portalId, ticket.snapshot, ticket.policy, client),
      };
    case 'kb': {
      const kb = { ...ticket, cycle: cycleOf(ticket) };
      const lacks = lackingForArticle(kb).length > 0;
      return { ...SAMPLES, article: lacks ? null : contextOf(kb, '', tools.knowledge) };
    }
    case 'staff':
    case undefined:
      return {
        ...SAMPLES,
        ticket: { id: ref.id, title: ticket.head.title, link: client.tickets.ticketLink(ref) },
        gaps: gapsOf(ticket, viewing),
      };
  }
}

async function clientValues(
  name: string,
  ticket: OneTicket,
  { client }: AdminDeps,
): Promise<ClientMessageContext> {
  const time = await client.workingTime(ticket.policy);
  const asks = /^(request|reminder)/u.exec(name)?.[1];
  const now = client.clock.now();
  const round = asks === 'reminder' ? 'reminder' : 'request';
  const closeBy = asks === undefined ? '' : closeByText(ticket, round, now, time);
  const { context } = await messageContext(ticket, client, { link: SAMPLE_LINK, closeBy });
  const until = await reopenUntil(ticket, client);
  return { ...context, reopenUntil: until === null ? '' : wallTime(until, time) };
}

/** What is missing now; null where nothing is, and the preview shows samples. */
function gapsOf(ticket: OneTicket, { user, deps }: Viewing): readonly Gap[] | null {
  const { client } = deps;
  const wish = { userId: user.id, outcome: null, now: client.clock.now() };
  const { results } = judgeAsClosed(ticket, wish, { client });
  const gaps = results.flatMap(({ verdict }) => (verdict.status === 'unmet' ? verdict.gaps : []));
  return gaps.length === 0 || onlyAsksClient(gaps) ? null : gaps;
}

/** Messages about the portal as a whole say nothing of one ticket. */
const GENERAL: ReadonlySet<string> = new Set(['alert-stage-deleted', 'alert-messages-stopped']);
const WITH_GAPS = /^(?:return|refused|hints)-/u;

function notesOf(
  { name }: TemplateDraft,
  {
    rendered: { lacking, mail },
    values,
    ticket,
  }: {
    readonly rendered: RenderedTemplate;
    readonly values: PreviewValues;
    readonly ticket: OneTicket | null;
  },
  { user, deps }: Viewing,
): readonly string[] {
  const say = (key: string, params = {}): string => deps.say(user.language, key, params);
  const names = lacking.map((one) => say(`templates.var.${one}`)).join(', ');
  const real = ticket !== null;
  const told: readonly (readonly [boolean, string])[] = [
    [lacking.length > 0, say('templates.note.lacking', { names })],
    [real && GENERAL.has(name), say('templates.note.sample')],
    [
      real && name.startsWith('solution') && values.document === null,
      say('templates.note.not-closed'),
    ],
    [
      real && ['article', 'example'].includes(name) && values.article === null,
      say('templates.note.sample'),
    ],
    [real && WITH_GAPS.test(name) && values.gaps === null, say('templates.note.no-gaps')],
    [mail !== null, say('templates.note.sample-link')],
  ];
  return told.flatMap(([holds, words]) => (holds ? [words] : []));
}

/** Longest notification; a document may be longer. */
const MAX_TEST = 20_000;

export type TestResult =
  | { readonly kind: 'sent' }
  | { readonly kind: 'too-many' }
  | Exclude<PreviewResult, { readonly kind: 'checked' }>
  | { readonly kind: 'faults'; readonly faults: TemplateCheck['faults'] };

/** To nobody but who pressed the button, marked as a test, a limited number of times an hour. */
export async function testTemplate(
  wish: PreviewWish,
  user: AdminUser,
  deps: AdminDeps,
): Promise<TestResult> {
  const shown = await previewTemplate(wish, user, deps);
  if (shown.kind !== 'checked') return shown;
  const { preview, faults } = shown;
  if (preview === null) return { kind: 'faults', faults };
  const { templates, clock } = deps.tools;
  if (!(await templates.store.takeTest(deps.portalId, user.id))) return { kind: 'too-many' };
  const head = deps.say(user.language, 'templates.test', {
    title: deps.say(user.language, `templates.title.${wish.name}`),
    language: deps.say(user.language, `templates.language.${wish.language}`),
  });
  const { subject, chat } = preview;
  const text = [head, subject, chat]
    .filter((part) => part !== '')
    .join('\n\n')
    .slice(0, MAX_TEST);
  const tag = `closegate|template-test|${textKey(wish)}|${clock.now()}`;
  await deps.client.tickets.notify([{ userId: user.id, text, tag }], 'live');
  await note('template-tested', {}, { ref: wish, user, deps });
  return { kind: 'sent' };
}
