/** What the client page's form posts, checked before it is used. */
import { z } from 'zod';
import type { ClientAnswerKind } from '../app/ports/client.ts';
import type { LinkPurpose } from '../app/client-token.ts';
import type { PageError } from './client-page-view.ts';

/** Characters a client may write, as people count them. */
export const COMMENT_LIMIT = 4000;

export interface PostedForm {
  readonly answer: ClientAnswerKind | null;
  /** As written, line breaks made one kind. */
  readonly comment: string;
  readonly formToken: string;
  readonly language: string | null;
}

const text = z.string().catch('');
const bodySchema = z.object({ answer: text, comment: text, form: text, lang: text });

/** Lenient: a field that is missing or given twice is empty, so that the words beside it are kept. */
export function readForm(body: unknown, purpose: LinkPurpose | null): PostedForm {
  const result = bodySchema.safeParse(body ?? {});
  const { answer, comment, form, lang } = result.data ?? NOTHING;
  return {
    answer: answerOf(answer, purpose),
    comment: comment.replaceAll(/\r\n?/g, '\n').trimEnd(),
    formToken: form,
    language: lang === '' ? null : lang,
  };
}

const NOTHING = { answer: '', comment: '', form: '', lang: '' };

function answerOf(given: string, purpose: LinkPurpose | null): ClientAnswerKind | null {
  if (given === 'not-solved' || given === 'question') return given;
  return given === (purpose === 'reading' ? 'confirmed' : 'solved') ? 'solved' : null;
}

/** What keeps the answer from being taken; null when it may be. A reading needs no words: they stand on the ticket. */
export function formProblem(form: PostedForm, purpose: LinkPurpose): PageError | null {
  const { answer } = form;
  if (answer === null) return { code: 'no-answer', params: {}, answer };
  const count = Array.from(form.comment).length;
  if (count > COMMENT_LIMIT)
    return { code: 'too-long', params: { count, limit: COMMENT_LIMIT }, answer };
  if (purpose === 'answer' && answer !== 'solved' && form.comment.trim() === '')
    return { code: answer, params: {}, answer };
  return null;
}
