/** How a text of a template would look, on a ticket's values or on samples. */
import type { ClientMessageContext } from '../app/ports/client.ts';
import type { ClosingDocument } from '../app/ports/documentation.ts';
import type { ArticleContext } from '../app/ports/knowledge.ts';
import type { PreviewValues, RenderedTemplate } from '../app/ports/own-templates.ts';
import type { Language, StaffTexts } from '../app/ports/texts.ts';
import type { PreviewPiece } from '../core/admin/templates-state.ts';
import type { AlertCode, Gap } from '../core/decision.ts';
import { createArticleTexts } from './article-texts.ts';
import { say } from './catalog.ts';
import { SAMPLE_LINK, SAMPLE_TICKET, sampleContext } from './client-preview.ts';
import { isClientTemplate } from './client-templates.ts';
import type { ClientMessage } from './client-texts.ts';
import { lackingValues, renderClientMessage } from './client-texts.ts';
import { createDocumentationTexts } from './documentation-texts.ts';
import type { OriginalTemplates } from './original-templates.ts';
import { createStaffTexts } from './staff-texts.ts';
import type { Template } from './template.ts';
import type { TemplateEntry } from './template-entries.ts';

export type TemplatePreviewer = (
  entry: Pick<TemplateEntry, 'name' | 'group'>,
  language: Language,
  template: Template,
  values: PreviewValues,
) => RenderedTemplate;

const SAMPLE_GAPS: readonly Gap[] = [
  { code: 'solution-missing', params: {} },
  { code: 'kb-decision-missing', params: {} },
];

export function createTemplatePreview(originals: OriginalTemplates): TemplatePreviewer {
  return ({ name, group }, language, template, values) => {
    const withOne = <T extends object>(of: Readonly<Record<Language, T>>) => ({
      ...of,
      [language]: { ...of[language], [name]: template },
    });
    switch (group) {
      case 'client':
        return clientPreview(name, language, template, values.client);
      case 'staff': {
        const texts = createStaffTexts(withOne(originals.staff));
        return bbOnly(staffText(name, language, texts, values));
      }
      case 'documentation': {
        const texts = createDocumentationTexts(withOne(originals.documentation));
        const document = values.document ?? sampleDocument(language);
        if (name === 'solution') {
          const bb = texts.timeline(language, document).join('\n\n');
          return { ...bbOnly(bb), plain: texts.plain(language, document) };
        }
        return bbOnly(texts.markdown(language, document));
      }
      case 'kb': {
        const texts = createArticleTexts(withOne(originals.articles));
        const context = values.article ?? sampleArticle(language);
        if (name === 'example') return bbOnly(texts.example(language, context));
        const { title, markdown } = texts.article(language, context);
        return { ...bbOnly(markdown), subject: title };
      }
    }
  };
}

const bbOnly = (text: string): RenderedTemplate => ({
  subject: '',
  plain: text,
  bb: text,
  mail: null,
  lacking: [],
});

function clientPreview(
  name: string,
  language: Language,
  template: Template,
  real: ClientMessageContext | null,
): RenderedTemplate {
  if (!isClientTemplate(name)) throw new TypeError('not a template of the client');
  const sample = sampleContext(language, sampleOutcome(name));
  const lacking = real === null ? [] : lackingValues(name, real);
  const filled = Object.fromEntries(lacking.map((variable) => [variable, sample[variable]]));
  const context = { ...(real ?? sample), ...filled };
  const { subject, plain, html, bb, paragraphs } = renderClientMessage(
    { template, name, language },
    context,
  );
  return {
    subject,
    plain,
    bb,
    mail: { html, paragraphs: paragraphs.map((parts) => parts.map(pieceOf)) },
    lacking,
  };
}

function pieceOf(part: ClientMessage['paragraphs'][number][number]): PreviewPiece {
  if (part.kind !== 'link') return { kind: 'text', text: part.text };
  return { kind: 'link', text: part.label === '' ? part.address : part.label };
}

function sampleOutcome(name: string): 'confirmed' | 'product-update' | 'duplicate' {
  if (/update/u.test(name)) return 'product-update';
  return name === 'notice-duplicate' ? 'duplicate' : 'confirmed';
}

type StaffSource = Pick<PreviewValues, 'ticket' | 'gaps'>;

function staffText(
  name: string,
  language: Language,
  texts: StaffTexts,
  { ticket, gaps }: StaffSource,
): string {
  const one = {
    ...(ticket ?? {
      id: SAMPLE_TICKET,
      title: say(language, 'templates.sample.title'),
      link: SAMPLE_LINK,
    }),
    gaps: gaps !== null && gaps.length > 0 ? gaps : SAMPLE_GAPS,
  };
  const alert = alertCode(name);
  if (alert !== null) return texts.alert(language, alert, alertParams(one));
  switch (name) {
    case 'return-comment':
      return texts.returnComment(language, one.gaps);
    case 'refused-comment':
      return texts.refusedComment(language, one.gaps);
    case 'return-notice-one':
      return texts.returnNotice(language, [one], 1);
    case 'return-notice-many':
      return texts.returnNotice(language, [one, { ...one, id: one.id + 1 }], 7);
    case 'hints-notice':
      return texts.hintsNotice(language, [one, { ...one, id: one.id + 1 }], 7);
    default:
      return texts.dailyDigest(language, sampleDigest(language, one));
  }
}

const ALERTS: readonly AlertCode[] = [
  'return-loop',
  'return-refused',
  'closing-not-verified',
  'stage-deleted',
  'ticket-hidden',
  'write-denied',
  'messages-stopped',
  'mistake-overdue',
  'reopen-loop',
];
const alertCode = (name: string): AlertCode | null =>
  ALERTS.find((code) => name === `alert-${code}`) ?? null;

const alertParams = ({ id, link }: { readonly id: number; readonly link: string }) => ({
  id,
  link,
  returns: 3,
  pipeline: '2:5',
  stageId: 'C5:WON',
});

function sampleDigest(
  language: Language,
  { id, title, link }: { readonly id: number; readonly title: string; readonly link: string },
) {
  const note = say(language, 'templates.sample.note');
  const tickets = [
    { id, title, link, note, holdLink: SAMPLE_LINK },
    { id: id + 1, title, link, note, holdLink: '' },
  ];
  const lists = [{ title: say(language, 'templates.sample.list'), count: 7, tickets }];
  return { date: '23.11.2026', lists };
}

function sampleDocument(language: Language): ClosingDocument {
  return {
    ticketId: SAMPLE_TICKET,
    cycle: 1,
    closedAt: say(language, 'sample.close-by'),
    outcome: 'confirmed',
    closeReason: 'solved',
    problem: say(language, 'templates.sample.title'),
    cause: say(language, 'templates.sample.cause'),
    solution: say(language, 'sample.solution'),
    recommendations: say(language, 'sample.recommendations'),
    resources: [SAMPLE_LINK],
    productVersion: '',
    productInstruction: '',
    resolution: '',
    timeSpent: 45,
    times: null,
  };
}

function sampleArticle(language: Language): ArticleContext {
  const { problem, cause, solution, recommendations, resources } = sampleDocument(language);
  return {
    ref: { entityTypeId: 2, id: SAMPLE_TICKET },
    cycle: 1,
    title: problem,
    ticketLink: SAMPLE_LINK,
    problem,
    cause,
    solution,
    recommendations,
    productVersion: say(language, 'sample.product-version'),
    resources,
    conditions: '',
  };
}
