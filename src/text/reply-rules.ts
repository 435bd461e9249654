/** The reading rules of templates/replies, checked when loaded and compiled once. */
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { compileReplyRules, REPLY_GROUPS } from '../core/replies/reply-rules.ts';
import type { ReplyRules } from '../core/replies/reply-rules.ts';
import { AppError } from '../errors.ts';
import { ownTemplateLines } from './own-lines.ts';
import { readWordFile } from './word-file.ts';

const LANGUAGES = ['ru', 'en'];
const BUNDLED = fileURLToPath(new URL('../../templates/replies/', import.meta.url));

const words = z.array(z.string().min(1).max(60)).max(400);
const letterMap = z.record(z.string().length(1), z.string().length(1));
const ruleSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{2,60}$/u),
  group: z.enum(REPLY_GROUPS),
  comment: z.string().min(1).max(400),
  patterns: z.array(z.string().min(1).max(300)).min(1).max(600),
});
const fileSchema = z.strictObject({
  letters: letterMap,
  lookalikes: letterMap,
  negations: words,
  headerNames: words,
  replyPrefixes: words,
  forwardPrefixes: words,
  daemons: words,
  lists: z.record(z.string().regex(/^[a-z-]{1,40}$/u), words),
  rules: z.array(ruleSchema).min(1).max(300),
});

/** Reads and compiles both languages; `ownLines` as compileReplyRules takes them. Throws template-failed naming the rule and the pattern that is wrong. */
export function readReplyRules(
  directory: string,
  ownLines: readonly (readonly string[])[] = [],
): ReplyRules {
  const sources = LANGUAGES.map((language) =>
    readWordFile(directory, 'replies', language, fileSchema),
  );
  const { rules, problems } = compileReplyRules(sources, ownLines);
  if (problems.length === 0) return rules;
  throw new AppError(
    'template-failed',
    `Correct the reply rules: ${problems.slice(0, 5).join('; ')}.`,
  );
}

let bundled: ReplyRules | undefined;

/** The rules that come with the app and know the lines of its own templates, compiled on first use. */
export function bundledReplyRules(): ReplyRules {
  bundled ??= readReplyRules(BUNDLED, ownTemplateLines());
  return bundled;
}
