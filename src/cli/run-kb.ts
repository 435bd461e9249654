/** `npm run kb`: the knowledge base and similar cases, for an agent without the panel. */
import { createArticle, draftArticle } from '../app/knowledge/create-article.ts';
import type { CreateResult, DraftResult } from '../app/knowledge/create-article.ts';
import { decideKnowledge } from '../app/knowledge/decide-knowledge.ts';
import type { DecideWish } from '../app/knowledge/decide-knowledge.ts';
import {
  noteReuse,
  similarToTicket,
  similarToWords,
  typicalInPortal,
} from '../app/knowledge/find-similar.ts';
import { planUpdate, updateArticle } from '../app/knowledge/update-article.ts';
import type { PlanResult, UpdateResult } from '../app/knowledge/update-article.ts';
import type { Tools } from '../app/ports/tools.ts';
import type { TicketRef } from '../core/ticket.ts';
import { refKey } from '../core/ticket.ts';
import type { CommandContext, ExitCode } from './command.ts';
import { withArgs, withTools } from './command.ts';
import { changesText, failureText, similarText, typicalText } from './kb-answers.ts';
import type { Answer, Speak } from './kb-answers.ts';
import { parseKbArgs, SECTIONS } from './kb-args.ts';
import type { KbArgs, KbCommand } from './kb-args.ts';
import { isYes } from './pipeline-arg.ts';

interface Run {
  readonly args: KbArgs;
  readonly context: CommandContext;
  readonly tools: Tools;
  readonly speak: Speak;
}

/** What is printed with `--json`, and what a person reads. */
interface Outcome {
  readonly result: unknown;
  readonly answer: Answer;
}

export async function runKb(argv: readonly string[], context: CommandContext): Promise<ExitCode> {
  return withArgs(context, parseKbArgs(argv), {
    usage: 'kb.usage',
    usageParams: { sections: SECTIONS.join(', ') },
    run: (args, language) => {
      const speak: Speak = (key, params) => context.say(language, key, params);
      return withTools(context, language, {
        run: async (tools) => show(await outcomeOf({ args, context, tools, speak }), args, context),
      });
    },
  });
}

function show(
  { result, answer }: Outcome,
  { json }: KbArgs,
  { terminal }: CommandContext,
): ExitCode {
  if (json) terminal.out(JSON.stringify(result, null, 2));
  else if (answer.out !== '') terminal.out(answer.out);
  if (answer.say !== '') terminal.say(answer.say);
  return answer.done ? 0 : 1;
}

async function outcomeOf(run: Run): Promise<Outcome> {
  const { request } = run.args;
  const { knowledge, portalId } = run.tools;
  switch (request.command) {
    case 'search': {
      const cases = await similarToWords(portalId, request.words, knowledge);
      return { result: cases, answer: similarText(cases, '', run.speak) };
    }
    case 'similar': {
      const cases = await similarToTicket(portalId, request.ref, knowledge);
      if (!cases) return noTicket(request.ref, run);
      return { result: cases, answer: similarText(cases, refKey(request.ref), run.speak) };
    }
    case 'typical': {
      const found = await typicalInPortal(portalId, knowledge);
      const result = found.map(({ policy, problems }) => ({ pipeline: policy.pipeline, problems }));
      return { result, answer: typicalText(found, run.speak) };
    }
    case 'draft':
      return drafted(
        await draftArticle(portalId, request.ref, wishOf(run), knowledge),
        request.ref,
        run,
      );
    case 'create':
      return create(request, run);
    case 'update':
      return update(request, run);
    case 'exists':
      return decide(request.ref, { decision: 'exists', link: request.link }, run);
    case 'not-needed':
      return decide(request.ref, { decision: 'not-needed', why: request.why }, run);
    case 'reuse':
      return reuse(request, run);
  }
}

const wishOf = ({ args }: Run) => ({ conditions: args.conditions });

function noTicket(ref: TicketRef, { speak }: Run): Outcome {
  const result = { kind: 'no-ticket' } as const;
  return { result, answer: failureText(result, ref, speak) };
}

function drafted(result: DraftResult, ref: TicketRef, { speak }: Run): Outcome {
  if (result.kind !== 'draft') return { result, answer: failureText(result, ref, speak) };
  const { title, markdown } = result.draft;
  return { result, answer: { out: `# ${title}\n\n${markdown.trimEnd()}`, say: '', done: true } };
}

/** Shows what would be written and asks; null when it may be written. */
async function agreed(shown: string, question: string, run: Run): Promise<Outcome | null> {
  const { args, context, speak } = run;
  if (!args.json) context.terminal.out(shown);
  if (args.yes) return null;
  const { ask } = context.terminal;
  if (ask && isYes(await ask(speak(question)))) return null;
  const say = speak(ask ? 'kb.not-written' : 'kb.need-yes');
  return { result: { kind: 'not-written' }, answer: { out: '', say, done: ask !== null } };
}

async function create(
  { ref, baseId }: Extract<KbCommand, { readonly command: 'create' }>,
  run: Run,
): Promise<Outcome> {
  const { knowledge, portalId } = run.tools;
  const draft = await draftArticle(portalId, ref, wishOf(run), knowledge);
  const preview = drafted(draft, ref, run);
  if (draft.kind !== 'draft') return preview;
  const stopped = await agreed(preview.answer.out, 'kb.ask-create', run);
  if (stopped) return stopped;
  const wish = { ...wishOf(run), ...(baseId === null ? {} : { baseId }) };
  const result = await createArticle(portalId, ref, wish, knowledge);
  return { result, answer: createdText(result, ref, run) };
}

function createdText(result: CreateResult, ref: TicketRef, { speak }: Run): Answer {
  if (result.kind !== 'created') return failureText(result, ref, speak);
  const { id, link } = result.article;
  const key = result.found ? 'kb.created-found' : 'kb.created';
  return { out: speak(key, { id, link, ref: refKey(ref) }), say: '', done: true };
}

async function update(
  { ref, articleId, section }: Extract<KbCommand, { readonly command: 'update' }>,
  run: Run,
): Promise<Outcome> {
  const { knowledge, portalId } = run.tools;
  const wish = { articleId, section, ...wishOf(run) };
  const planned: PlanResult = await planUpdate(portalId, ref, wish, knowledge);
  if (planned.kind !== 'plan') {
    return { result: planned, answer: failureText(planned, ref, run.speak) };
  }
  const { plan } = planned;
  const shown =
    plan.changes.length === 0 ? run.speak('kb.nothing-changes') : changesText(plan.changes);
  const stopped = await agreed(`# ${plan.article.title}\n\n${shown}`, 'kb.ask-update', run);
  if (stopped) return stopped;
  const result = await updateArticle(portalId, ref, { wish, shown: plan }, knowledge);
  return { result, answer: updatedText(result, ref, run) };
}

function updatedText(result: UpdateResult, ref: TicketRef, { speak }: Run): Answer {
  if (result.kind !== 'updated') return failureText(result, ref, speak);
  const { id, link } = result.article;
  return { out: speak('kb.updated', { id, link, ref: refKey(ref) }), say: '', done: true };
}

async function decide(ref: TicketRef, wish: DecideWish, run: Run): Promise<Outcome> {
  const { tools, speak } = run;
  const result = await decideKnowledge(tools.portalId, ref, wish, tools.knowledge);
  if (result.kind !== 'decided') return { result, answer: failureText(result, ref, speak) };
  const unsure = result.link === 'elsewhere' || result.link === 'unchecked';
  const say = unsure ? speak(`kb.link-${result.link}`) : '';
  return { result, answer: { out: speak('kb.decided', { ref: refKey(ref) }), say, done: true } };
}

async function reuse(
  { ref, from }: Extract<KbCommand, { readonly command: 'reuse' }>,
  run: Run,
): Promise<Outcome> {
  const { knowledge, portalId } = run.tools;
  const reused = typeof from === 'number' ? { articleId: from } : { from };
  const result = await noteReuse(portalId, ref, reused, knowledge);
  if (result === 'no-ticket') return noTicket(ref, run);
  const out = run.speak('kb.reused', { ref: refKey(ref) });
  return { result: { kind: result }, answer: { out, say: '', done: true } };
}
