/** The pages a client may see. Functions of what is known to HTML, with every word given in. */
import type { ClientAnswerKind, ClientCase } from '../app/ports/client.ts';
import type { Instant } from '../core/ticket.ts';
import { layout } from './client-page-layout.ts';
import type { Words } from './client-page-words.ts';
import { Html, html } from '../html.ts';

export interface PageError {
  /** `page.error.<code>`. */
  readonly code: 'not-solved' | 'question' | 'too-long' | 'no-answer' | 'forged' | 'busy' | 'away';
  readonly params: Readonly<Record<string, string | number>>;
  /** What the client pressed, if it could be read. */
  readonly answer: ClientAnswerKind | null;
}

export interface FormView {
  readonly words: Words;
  /** Where the form posts to. */
  readonly path: string;
  readonly ticketId: number;
  /** null while it cannot be read: the form works without. */
  readonly entry: ClientCase | null;
  readonly formToken: string;
  /** What the client wrote; kept in the form whatever happens. */
  readonly comment: string;
  readonly error: PageError | null;
  /** The answer was posted a moment ago. */
  readonly done: boolean;
  readonly limit: number;
}

export interface NoticeView {
  readonly words: Words;
  /** `page.<name>.heading` and `page.<name>.text`. */
  readonly name: string;
  readonly ticketId: number | null;
  /** Words of the client that could not be taken, to copy; '' when there are none. */
  readonly keptText: string;
}

/** The client's page of a ticket: the form, or what was answered. */
export function answerPage(view: FormView): string {
  const { words, entry, error } = view;
  const { heading, fold, choices, body } = leadOf(view);
  const form = answerForm(view, choices);
  return layout({
    words,
    heading,
    failed: error !== null,
    switchable: view.comment === '',
    body: html`
      <p class="soft">
        ${words.say('page.ticket', { id: view.ticketId })}${answerUntil(words, entry)}
      </p>
      ${error === null ? null : errorSummary(words, error)} ${body} ${summaryOf(words, entry)}
      ${
        fold === null || error !== null
          ? form
          : html`<details>
              <summary>${fold}</summary>
              ${form}
            </details>`
      }
    `,
  });
}

/** A page without a form: the link does not work (any more), or what was sent could not be read. */
export function noticePage({ words, name, ticketId, keptText }: NoticeView): string {
  return layout({
    words,
    heading: words.say(`page.${name}.heading`),
    failed: false,
    switchable: keptText === '',
    body: html`
      ${ticketId === null ? null : html`<p class="soft">${words.say('page.ticket', { id: ticketId })}</p>`}
      <p>${words.say(`page.${name}.text`)}</p>
      ${
        keptText === ''
          ? null
          : html`<label for="comment">${words.say('page.your-text')}</label
              >${textArea({ text: keptText, attributes: html` readonly` })}`
      }
    `,
  });
}

/** An agent says how a client's reply is to be read: one press, because opening a link must change nothing. */
export function readingPage(view: FormView): string {
  const { words, error } = view;
  const choices = ['confirmed', 'not-solved', 'question'];
  return layout({
    words,
    heading: words.say(view.done ? 'page.reading.done' : 'page.reading.heading'),
    failed: error !== null,
    switchable: true,
    body: html`
      <p class="soft">${words.say('page.ticket', { id: view.ticketId })}</p>
      ${error === null ? null : errorSummary(words, error)}
      ${
        view.done
          ? html`<p>${words.say('page.reading.done-text')}</p>`
          : html`<p>${words.say('page.reading.text')}</p>
              <form method="post" action="${view.path}" id="answer">
                ${hiddenFields(view)}
                <div class="buttons">
                  ${choices.map(
                    (choice) =>
                      html`<button name="answer" value="${choice}">
                        ${words.say(`page.reading.${choice}`)}
                      </button>`,
                  )}
                </div>
              </form>`
      }
    `,
  });
}

const ALL: readonly ClientAnswerKind[] = ['solved', 'not-solved', 'question'];
const AFTERWARDS: readonly ClientAnswerKind[] = ['not-solved', 'question'];

interface Lead {
  readonly heading: string;
  /** The form opens under these words; null when it stands open. */
  readonly fold: string | null;
  readonly choices: readonly ClientAnswerKind[];
  readonly body: Html | null;
}

function leadOf(view: FormView): Lead {
  const { words, entry } = view;
  if (entry === null || entry.state === 'open') return openLead(words);
  if (entry.answer !== null) return answeredLead(view, entry.answer, entry.answeredAt);
  return entry.state === 'closed' ? closedLead(words, entry.closedAt) : openLead(words);
}

function openLead(words: Words): Lead {
  return { heading: words.say('page.open.heading'), fold: null, choices: ALL, body: null };
}

/** What was answered and when; after "solved" with a way to say that it is not solved after all. */
function answeredLead(
  { words, done }: FormView,
  answer: ClientAnswerKind,
  answeredAt: Instant | null,
): Lead {
  const when = answeredAt === null ? '' : words.moment(answeredAt);
  const said = { answer: words.say(`page.button.${answer}`), when };
  const solved = answer === 'solved';
  return {
    heading: words.say(done ? 'page.done.heading' : 'page.used.heading'),
    fold: words.say(solved ? 'page.again.solved' : 'page.again.other'),
    choices: solved ? AFTERWARDS : ALL,
    body: html`
      <p>${words.say('page.used.text', said)}</p>
      <p>${words.say('page.done.text')}</p>
    `,
  };
}

function closedLead(words: Words, closedAt: Instant | null): Lead {
  const text =
    closedAt === null
      ? words.say('page.closed.text-undated')
      : words.say('page.closed.text', { when: words.moment(closedAt) });
  return {
    heading: words.say('page.closed.heading'),
    fold: null,
    choices: AFTERWARDS,
    body: html`<p>${text}</p>`,
  };
}

function answerUntil(words: Words, entry: ClientCase | null): Html | null {
  if (entry?.state !== 'open' || entry.answerUntil === null) return null;
  return html`<br />${words.say('page.answer-until', { when: words.moment(entry.answerUntil) })}`;
}

function summaryOf(words: Words, entry: ClientCase | null): Html | null {
  if (entry === null || entry.summary === '') return null;
  return html`<section class="card">
    <h2>${words.say('page.summary')}</h2>
    <p class="words">${entry.summary}</p>
  </section>`;
}

/** Errors that the words of the client cause point to the field; the others to the buttons. */
function isAboutComment({ code }: PageError): boolean {
  return code === 'not-solved' || code === 'question' || code === 'too-long';
}

function errorSummary(words: Words, error: PageError): Html {
  return html`<div class="error" role="alert">
    <h2>${words.say('page.error.heading')}</h2>
    <a href="#${isAboutComment(error) ? 'comment' : 'answer'}"
      >${words.say(`page.error.${error.code}`, error.params)}</a
    >
  </div>`;
}

function answerForm(view: FormView, choices: readonly ClientAnswerKind[]): Html {
  const { words, error, path } = view;
  const button = (choice: ClientAnswerKind, main: boolean): Html =>
    html`<button name="answer" value="${choice}" ${main ? html` class="main"` : null}>
      ${words.say(`page.button.${choice}`)}
    </button>`;
  const pressed = error?.answer ?? null;
  const withWords = choices.filter((choice) => choice !== 'solved');
  return html`<form method="post" action="${path}" id="answer">
    ${hiddenFields(view)}
    ${
      choices.includes('solved')
        ? html`<div class="buttons first">
            ${button('solved', pressed === null || pressed === 'solved')}
          </div>`
        : null
    }
    ${commentField(view, choices)}
    <div class="buttons">${withWords.map((choice) => button(choice, choice === pressed))}</div>
  </form>`;
}

function hiddenFields({ formToken, words }: FormView): Html {
  return html`<input type="hidden" name="form" value="${formToken}" /><input
      type="hidden"
      name="lang"
      value="${words.language}"
    />`;
}

function commentField(view: FormView, choices: readonly ClientAnswerKind[]): Html {
  const { words, error, limit } = view;
  const wrong = error !== null && isAboutComment(error) ? error : null;
  const asked = wrong?.answer ?? null;
  const general = choices.includes('solved') ? 'open' : 'again';
  const label = asked === null || asked === 'solved' ? general : asked;
  const described = wrong === null ? 'hint' : 'hint comment-error';
  return html`<label for="comment">${words.say(`page.comment.${label}`)}</label>
    <p class="soft" id="hint">${words.say('page.comment.hint', { limit })}</p>
    ${wrong === null ? null : html`<p class="bad" id="comment-error">${words.say(`page.error.${wrong.code}`, wrong.params)}</p>`}
    ${textArea({
      text: view.comment,
      attributes: html` name="comment"
      aria-describedby="${described}"${wrong === null ? null : html` aria-invalid="true" autofocus`}`,
    })}`;
}

/** A browser drops the first line break of a text area, so one of ours goes before the client's words. */
function textArea(area: { readonly text: string; readonly attributes: Html }): Html {
  return html`<textarea id="comment" ${area.attributes}>${new Html('\n')}${area.text}</textarea>`;
}
