/** The documentation of a closing (step 3) in the regulation's layout: for the timeline, as plain text and as Markdown. */
import type { ClosingDocument, DocumentationTexts } from '../app/ports/documentation.ts';
import type { Language } from '../app/ports/texts.ts';
import type { TwoClocks } from '../core/solution-times.ts';
import { say } from './catalog.ts';
import { closeReasonLabel } from './closing-labels.ts';
import type { DocumentationTemplates } from './documentation-templates.ts';
import { loadDocumentationTemplates } from './documentation-templates.ts';
import { escapeBbLines, safeLink } from './escape-bb.ts';
import { markdownLines, plainLines } from './document-lines.ts';

/**
 * The platform names no limit for a comment. Its text columns hold 65,535 bytes, and a letter takes up to four: this stays
 * below with room for the portal's own markup.
 */
export const MAX_COMMENT = 12_000;

/** How one form writes what people typed, and links. */
interface Form {
  readonly text: (value: string) => string;
  readonly link: (address: string) => string;
  readonly item: string;
}

const WHOLE = Number.POSITIVE_INFINITY;
const TIMELINE: Form = {
  text: (value) => escapeBbLines(value, WHOLE),
  link: (address) => address,
  item: '',
};
const PLAIN: Form = { text: plainLines, link: (address) => address, item: '' };
const MARKDOWN: Form = { text: markdownLines, link: (address) => `<${address}>`, item: '- ' };

const MINUTES_PER_HOUR = 60;
const MINUTES_PER_DAY = 1_440;

/** `26 h 30 min`; days only where a day has 24 hours. */
function duration(language: Language, minutes: number, withDays: boolean): string {
  const days = withDays ? Math.floor(minutes / MINUTES_PER_DAY) : 0;
  const rest = minutes - days * MINUTES_PER_DAY;
  const hours = Math.floor(rest / MINUTES_PER_HOUR);
  const parts = [
    days > 0 ? say(language, 'documentation.days', { count: days }) : '',
    hours > 0 ? say(language, 'documentation.hours', { count: hours }) : '',
    say(language, 'documentation.minutes', { count: rest % MINUTES_PER_HOUR }),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function clocks(language: Language, { working, calendar }: TwoClocks) {
  return {
    working: duration(language, working, false),
    calendar: duration(language, calendar, true),
  };
}

function timeLines(language: Language, { times, timeSpent }: ClosingDocument): string {
  const lines: string[] = [];
  if (times) {
    lines.push(
      say(language, 'documentation.to-solution', clocks(language, times.toSolution)),
      say(language, 'documentation.to-closing', clocks(language, times.toClosing)),
    );
    if (times.waiting.calendar > 0) {
      lines.push(say(language, 'documentation.waiting', clocks(language, times.waiting)));
    }
    if (times.held.calendar > 0) {
      lines.push(say(language, 'documentation.held', clocks(language, times.held)));
    }
  } else lines.push(say(language, 'documentation.unknown-time'));
  if (timeSpent !== null && timeSpent > 0) {
    const spent = duration(language, timeSpent, false);
    lines.push(say(language, 'documentation.time-spent', { spent }));
  }
  return lines.join('\n');
}

/** A ticket nobody solved has its result instead; special case 2 wants the need for an update documented. */
function solutionText(language: Language, document: ClosingDocument): string {
  const { solution, resolution, closeReason, outcome, productVersion, productInstruction } =
    document;
  const told = [solution, resolution].find((text) => text.trim() !== '');
  const lines = [told ?? closeReasonLabel(language, closeReason)];
  if (outcome === 'product-update' && productVersion.trim() !== '') {
    const version = productVersion.trim();
    lines.push('', say(language, 'documentation.update-needed', { version }));
  }
  if (outcome === 'product-update' && productInstruction.trim() !== '') {
    lines.push('', say(language, 'documentation.update-how'), productInstruction);
  }
  return lines.join('\n');
}

function resourceLines(resources: readonly string[], form: Form): string {
  return resources
    .filter((address) => address.trim() !== '')
    .map((address) => {
      const safe = safeLink(address.trim());
      return `${form.item}${safe === '' ? form.text(address) : form.link(safe)}`;
    })
    .join('\n');
}

function ticketName(language: Language, { ticketId: id, cycle }: ClosingDocument): string {
  const again = cycle > 1 ? 'documentation.ticket-again' : 'documentation.ticket';
  return say(language, again, { id, cycle });
}

function valuesOf(language: Language, document: ClosingDocument, form: Form) {
  const filled = (text: string): string =>
    text === '' ? say(language, 'documentation.empty') : text;
  const text = (value: string): string => filled(form.text(value));
  const { times } = document;
  const solvedIn = times
    ? say(language, 'documentation.solved-in', clocks(language, times.toSolution))
    : say(language, 'documentation.unknown-time');
  return {
    ticket: ticketName(language, document),
    closedAt: document.closedAt,
    solvedIn,
    problem: text(document.problem),
    cause: text(document.cause),
    solution: text(solutionText(language, document)),
    times: form.text(timeLines(language, document)),
    recommendations: text(document.recommendations),
    resources: filled(resourceLines(document.resources, form)),
    status: say(language, `documentation.status.${document.outcome}`),
  };
}

/** Cut between lines where that can be, never within a letter. */
function pieces(text: string, size: number): readonly string[] {
  const found: string[] = [];
  let rest = text;
  while (rest.length > size) {
    const line = rest.lastIndexOf('\n', size);
    const cut =
      line > size / 2 ? line : size - (/[\uD800-\uDBFF]/u.test(rest[size - 1] ?? '') ? 1 : 0);
    found.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
  }
  return [...found, rest];
}

/** @throws AppError template-failed when a template is missing or uses what it may not */
export function createDocumentationTexts(
  templates: DocumentationTemplates = loadDocumentationTemplates(),
): DocumentationTexts {
  return {
    timeline(language, document) {
      const whole = templates[language].solution(valuesOf(language, document, TIMELINE));
      const parts = pieces(whole, MAX_COMMENT);
      const ticket = ticketName(language, document);
      const { closedAt } = document;
      return parts.map((part, index) => {
        if (index === 0) return part;
        const place = { ticket, closedAt, part: index + 1, parts: parts.length };
        return `${say(language, 'documentation.continued', place)}\n\n${part}`;
      });
    },
    plain: (language, document) =>
      templates[language].solution(valuesOf(language, document, PLAIN)),
    markdown: (language, document) =>
      templates[language]['solution-markdown'](valuesOf(language, document, MARKDOWN)),
  };
}
