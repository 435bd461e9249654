/** The page where a lead puts a ticket on hold. Functions of what is known to HTML, with every word given in. */
import { MAX_HOLD_DAYS, MAX_REASON_CHARACTERS } from '../core/hold.ts';
import type { HoldProblem } from '../core/hold.ts';
import { html } from '../html.ts';
import type { Html } from '../html.ts';
import { layout } from './client-page-layout.ts';
import type { Words } from './client-page-words.ts';

export interface HoldView {
  readonly words: Words;
  readonly path: string;
  readonly ticketId: number;
  readonly ticketLink: string;
  readonly formToken: string;
  readonly reason: string;
  /** `YYYY-MM-DD` */
  readonly until: string;
  readonly problems: readonly (HoldProblem | 'forged' | 'busy' | 'away')[];
}

export function holdPage(view: HoldView): string {
  const { words, problems } = view;
  return layout({
    words,
    heading: words.say('page.hold.heading'),
    failed: problems.length > 0,
    switchable: view.reason === '',
    body: html`
      <p class="soft">${words.say('page.ticket', { id: view.ticketId })}</p>
      ${
        view.ticketLink === ''
          ? null
          : html`<p>
              <a class="tall" href="${view.ticketLink}">${words.say('page.hold.open-ticket')}</a>
            </p>`
      }
      ${problems.length === 0 ? null : errorSummary(view)}
      <p>${words.say('page.hold.text')}</p>
      <form method="post" action="${view.path}" id="hold" novalidate>
        ${hiddenFields(view)} ${untilField(view)} ${reasonField(view)}
        <div class="buttons">
          <button name="do" value="set" class="main">${words.say('page.hold.set')}</button>
        </div>
      </form>
      <form method="post" action="${view.path}">
        ${hiddenFields(view)}
        <p>${words.say('page.hold.off-text')}</p>
        <div class="buttons">
          <button name="do" value="off">${words.say('page.hold.off')}</button>
        </div>
      </form>
    `,
  });
}

function hiddenFields({ formToken, words }: HoldView): Html {
  return html`<input type="hidden" name="form" value="${formToken}" /><input
      type="hidden"
      name="lang"
      value="${words.language}"
    />`;
}

const LIMITS = { limit: MAX_REASON_CHARACTERS, days: MAX_HOLD_DAYS };

function fieldOf(problem: HoldView['problems'][number]): 'reason' | 'until' | null {
  if (problem.startsWith('reason')) return 'reason';
  return problem.startsWith('until') ? 'until' : null;
}

function wordsOf(problem: HoldView['problems'][number], words: Words): string {
  const form = problem === 'forged' || problem === 'busy' || problem === 'away';
  return words.say(form ? `page.hold.error.${problem}` : `hold.problem.${problem}`, LIMITS);
}

function errorSummary({ words, problems }: HoldView): Html {
  return html`<div class="error" role="alert">
    <h2>${words.say('page.hold.error.heading')}</h2>
    ${problems.map(
      (problem) =>
        html`<a href="#${fieldOf(problem) ?? 'hold'}">${wordsOf(problem, words)}</a><br />`,
    )}
  </div>`;
}

function fieldErrors({ words, problems }: HoldView, field: 'reason' | 'until'): Html | null {
  const own = problems.filter((problem) => fieldOf(problem) === field);
  if (own.length === 0) return null;
  return html`<p class="bad" id="${field}-error">
    ${own.map((problem) => html`${wordsOf(problem, words)} `)}
  </p>`;
}

function untilField(view: HoldView): Html {
  const errors = fieldErrors(view, 'until');
  return html`<label for="until">${view.words.say('page.hold.until')}</label>
    <p class="soft" id="until-hint">${view.words.say('page.hold.until-hint', LIMITS)}</p>
    ${errors}
    <input
      type="date"
      id="until"
      name="until"
      value="${view.until}"
      ${described('until', errors !== null)}
    />`;
}

function reasonField(view: HoldView): Html {
  const errors = fieldErrors(view, 'reason');
  return html`<label for="reason">${view.words.say('page.hold.reason')}</label>
    <p class="soft" id="reason-hint">${view.words.say('page.hold.reason-hint')}</p>
    ${errors}
    <textarea id="reason" name="reason" ${described('reason', errors !== null)}>
${view.reason}</textarea>`;
}

function described(field: string, wrong: boolean): Html {
  return wrong
    ? html` aria-invalid="true" aria-describedby="${field}-hint ${field}-error"`
    : html` aria-describedby="${field}-hint"`;
}
