/** StaffTexts from templates/staff/ and the locale files: what agents and leads read on the portal. */
import type {
  DigestContext,
  Language,
  ReturnNoticeTicket,
  StaffTexts,
} from '../app/ports/texts.ts';
import { onlyAsksClient } from '../core/client-word.ts';
import type { Gap } from '../core/decision.ts';
import { FIELD_KEYS } from '../core/policy.ts';
import type { CloseReason, Outcome } from '../core/ticket.ts';
import { CLOSE_REASONS, OUTCOMES } from '../core/ticket.ts';
import { say } from './catalog.ts';
import { closeReasonLabel, outcomeLabel } from './closing-labels.ts';
import { escapeBb, safeLink } from './escape-bb.ts';
import { fieldLabel } from './field-labels.ts';
import { GAP_CLAUSES } from './gap-clauses.ts';
import type { StaffTemplates } from './staff-templates.ts';
import { loadStaffTemplates } from './staff-templates.ts';
import type { TemplateContext } from './template.ts';

/** Tickets listed by name in one notice; the rest are only counted. */
const MAX_LISTED = 20;
/** What the digest says of one ticket. */
const MAX_NOTE = 240;

type Param = string | number | undefined;

const isCloseReason = (value: Param): value is CloseReason =>
  CLOSE_REASONS.some((reason) => reason === value);
const isOutcome = (value: Param): value is Outcome => OUTCOMES.some((outcome) => outcome === value);

/** Params as people read them: codes become labels, everything else is made safe. */
function readableParams(language: Language, gap: Gap): Record<string, string> {
  const params = Object.fromEntries(
    Object.entries(gap.params).map(([name, value]) => [name, escapeBb(value)]),
  );
  const { closeReason, outcome, field } = gap.params;
  if (isCloseReason(closeReason)) params['closeReason'] = closeReasonLabel(language, closeReason);
  if (isOutcome(outcome)) params['outcome'] = outcomeLabel(language, outcome);
  const label = FIELD_KEYS.find((key) => key === field);
  if (label !== undefined) params['field'] = fieldLabel(language, label);
  return params;
}

function gapText(language: Language, gap: Gap): string {
  return say(language, `gap.${gap.code}`, readableParams(language, gap));
}

function gapLines(language: Language, gaps: readonly Gap[]): readonly TemplateContext[] {
  return gaps.map((gap) => ({
    text: gapText(language, gap),
    clause: say(language, `clause.${GAP_CLAUSES[gap.code]}`),
  }));
}

function briefLine(language: Language, ticket: ReturnNoticeTicket): TemplateContext {
  const brief = ticket.gaps.map((gap) =>
    say(language, `brief.${gap.code}`, readableParams(language, gap)),
  );
  return {
    id: String(ticket.id),
    title: escapeBb(ticket.title),
    link: safeLink(ticket.link),
    gaps: [...new Set(brief)].join(', '),
  };
}

function noticeOne(
  language: Language,
  ticket: ReturnNoticeTicket,
  templates: StaffTemplates,
): string {
  if (onlyAsksClient(ticket.gaps)) {
    return say(language, 'asking.notice', { id: ticket.id, link: safeLink(ticket.link) });
  }
  return templates[language]['return-notice-one']({
    id: String(ticket.id),
    title: escapeBb(ticket.title),
    link: safeLink(ticket.link),
    gaps: gapLines(language, ticket.gaps),
  });
}

function digestContext({ date, lists }: DigestContext): TemplateContext {
  return {
    date: escapeBb(date),
    lists: lists.map(({ title, count, tickets }) => ({
      title: escapeBb(title),
      count: String(count),
      more: count > tickets.length ? String(count - tickets.length) : '',
      tickets: tickets.map((ticket) => ({
        id: String(ticket.id),
        title: escapeBb(ticket.title),
        link: safeLink(ticket.link),
        note: escapeBb(ticket.note, MAX_NOTE),
        holdLink: safeLink(ticket.holdLink),
      })),
    })),
  };
}

/** @throws AppError template-failed when a template is missing or uses what it may not */
export function createStaffTexts(templates: StaffTemplates = loadStaffTemplates()): StaffTexts {
  return {
    gap: (language, gap) =>
      `${gapText(language, gap)} (${say(language, `clause.${GAP_CLAUSES[gap.code]}`)})`,
    returnComment: (language, gaps) =>
      onlyAsksClient(gaps)
        ? say(language, 'asking.comment')
        : templates[language]['return-comment']({ gaps: gapLines(language, gaps) }),
    refusedComment: (language, gaps) =>
      templates[language]['refused-comment']({ gaps: gapLines(language, gaps) }),
    returnNotice(language, tickets, total) {
      const [only] = tickets;
      if (only && tickets.length === 1 && total <= 1) return noticeOne(language, only, templates);
      const listed = tickets.slice(0, MAX_LISTED);
      const count = Math.max(total, tickets.length);
      const more = count - listed.length;
      return templates[language]['return-notice-many']({
        tickets: say(language, 'count.tickets', { count }),
        more: more > 0 ? String(more) : '',
        list: listed.map((ticket) => briefLine(language, ticket)),
      });
    },
    hintsNotice(language, tickets, total) {
      const listed = tickets.slice(0, MAX_LISTED);
      const more = Math.max(total, tickets.length) - listed.length;
      return templates[language]['hints-notice']({
        tickets: say(language, 'count.tickets', { count: Math.max(total, tickets.length) }),
        more: more > 0 ? String(more) : '',
        list: listed.map((ticket) => ({
          ...briefLine(language, ticket),
          gaps: ticket.gaps.map((gap) => gapText(language, gap)).join('; '),
        })),
      });
    },
    dailyDigest: (language, digest) => templates[language]['daily-digest'](digestContext(digest)),
    closeReasonLabel,
    alert(language, code, params) {
      const text = (name: string) => escapeBb(params[name] ?? '');
      return templates[language][`alert-${code}`]({
        id: text('id'),
        link: safeLink(params['link'] ?? ''),
        returns: text('returns'),
        pipeline: text('pipeline'),
        stageId: text('stageId'),
      });
    },
  };
}
