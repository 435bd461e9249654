/** TextSets: the app's own templates for everybody, and a portal's own words above them where it has some. */
import type { ClientTexts } from '../app/ports/client.ts';
import type { OwnTemplate, OwnTemplates, TextSet, TextSets } from '../app/ports/own-templates.ts';
import type { Log } from '../app/ports/runtime.ts';
import { templateLines } from '../core/replies/own-lines.ts';
import type { OwnLineIndex } from '../core/replies/own-lines.ts';
import type { ReplyRules } from '../core/replies/reply-rules.ts';
import { AppError } from '../errors.ts';
import { createArticleTexts } from './article-texts.ts';
import { createClientTexts } from './client-texts.ts';
import { createDocumentationTexts } from './documentation-texts.ts';
import { linesOfTemplate } from './own-lines.ts';
import { bundledReplyRules } from './reply-rules.ts';
import type { OriginalTemplates } from './original-templates.ts';
import { createStaffTexts } from './staff-texts.ts';
import type { Template } from './template.ts';
import { createTemplateCache } from './template-cache.ts';
import type { TemplateCache } from './template-cache.ts';
import { templateEntry } from './template-entries.ts';

/** @param cache of the compiled texts of portals */
export function createTextSets(
  originals: OriginalTemplates,
  log: Log,
  cache: TemplateCache = createTemplateCache(),
): TextSets {
  const shared = setOf(originals, bundledReplyRules());
  return {
    shared,
    withOwn(portalId, own) {
      if (own.templates.length === 0) return shared;
      const portal: PortalTemplates = { portalId, own, cache, log };
      const templates: OriginalTemplates = {
        client: layered(originals.client, portal),
        staff: layered(originals.staff, portal),
        documentation: layered(originals.documentation, portal),
        articles: layered(originals.articles, portal),
      };
      const set = setOf(templates, shared.replyRules);
      return {
        ...set,
        clientTexts: withFallback(set.clientTexts, shared.clientTexts, portal),
        replyRules: rulesWith(shared.replyRules, portal),
      };
    },
  };
}

function setOf(templates: OriginalTemplates, replyRules: ReplyRules): TextSet {
  return {
    texts: createStaffTexts(templates.staff),
    clientTexts: createClientTexts(templates.client),
    documentation: createDocumentationTexts(templates.documentation),
    articleTexts: createArticleTexts(templates.articles),
    replyRules,
  };
}

interface PortalTemplates {
  readonly portalId: string;
  readonly own: OwnTemplates;
  readonly cache: TemplateCache;
  readonly log: Log;
}

type ByName<N extends string> = Readonly<Record<'ru' | 'en', Readonly<Record<N, Template>>>>;

/** The same templates, each giving way to the portal's own. */
function layered<N extends string>(originals: ByName<N>, portal: PortalTemplates): ByName<N> {
  const mine = { ru: { ...originals.ru }, en: { ...originals.en } };
  for (const one of portal.own.templates) {
    if (one.text === null) continue;
    const names = Object.keys(mine[one.language]).filter((name) => name === one.name);
    for (const name of names) replace(mine[one.language], name, { one, portal });
  }
  return mine;
}

function replace(
  templates: Record<string, Template>,
  name: string,
  { one, portal }: { readonly one: OwnTemplate; readonly portal: PortalTemplates },
): void {
  const original = templates[name];
  const entry = templateEntry(name);
  const { text, language } = one;
  if (original === undefined || entry === null || text === null) return;
  templates[name] = (context) => {
    const own = portal.cache.compiled(entry, language, text);
    const made = own?.(context) ?? '';
    // A message without words helps nobody, and the portal refuses it.
    if (made.trim() !== '') return made;
    notInForce(portal, one);
    return original(context);
  };
}

function notInForce({ portalId, log }: PortalTemplates, { language, name }: OwnTemplate): void {
  const template = `${language}/${name}`;
  log.warn({ portalId, template }, 'A template of the portal cannot be used: the original is sent');
}

/** A message that the portal's own words cannot make is made of the original ones; where these cannot either, it is their fault that is told. */
function withFallback(own: ClientTexts, shared: ClientTexts, portal: PortalTemplates): ClientTexts {
  return {
    render(kind, language, context) {
      try {
        return own.render(kind, language, context);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        const message = shared.render(kind, language, context);
        const { portalId, log } = portal;
        log.warn(
          { portalId, kind, detail: error.detail },
          'A message was made of the original words',
        );
        return message;
      }
    },
  };
}

/** Computed when a client's reply is first read: quotes of the portal's own words, also of earlier ones, are not the client's. */
function rulesWith(shared: ReplyRules, portal: PortalTemplates): ReplyRules {
  let lines: OwnLineIndex | null = null;
  return {
    ...shared,
    get templateLines() {
      lines ??= merged(shared.templateLines, templateLines(ownLines(portal), shared.spelling));
      return lines;
    },
  };
}

function ownLines({ own, cache }: PortalTemplates): readonly (readonly string[])[] {
  return own.templates.flatMap(({ name, language, text, past }) => {
    const entry = templateEntry(name);
    if (entry?.group !== 'client') return [];
    return [...(text === null ? [] : [text]), ...past].flatMap((words) => {
      const template = cache.compiled(entry, language, words);
      return template === null ? [] : linesOfTemplate(template, name, language);
    });
  });
}

function merged(shared: OwnLineIndex, own: OwnLineIndex): OwnLineIndex {
  const all = new Map(shared);
  for (const [word, lines] of own) all.set(word, [...(all.get(word) ?? []), ...lines]);
  return all;
}
