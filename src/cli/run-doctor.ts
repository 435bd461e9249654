/** `npm run doctor`: a table for people, or one JSON document; exit code 1 when something is broken. */
import { doctorDeps } from '../app/admin/doctor.ts';
import { diagnose } from '../app/doctor.ts';
import { checkToken } from '../app/doctor-checks.ts';
import { finding } from '../app/doctor-findings.ts';
import type { Finding, FindingLevel } from '../app/doctor-findings.ts';
import { answerQuestion, questionsOf } from '../app/doctor-questions.ts';
import { checkName, findingWords } from '../app/doctor-words.ts';
import type { Language } from '../app/ports/texts.ts';
import type { Tools } from '../app/ports/tools.ts';
import type { DoctorAnswer } from '../core/admin/doctor-state.ts';
import { DOCTOR_ANSWERS, worstLevel } from '../core/admin/doctor-state.ts';
import type { AppError } from '../errors.ts';
import type { CommandContext, ExitCode } from './command.ts';
import { complain, withArgs, withTools } from './command.ts';
import { FLAG, orRefused, readOnlyOptions, REFUSED, TEXT } from './parsed-args.ts';
import type { Parsed } from './parsed-args.ts';
import { readLanguage } from './pipeline-arg.ts';
import type { Target } from './target.ts';
import { portalAnswers } from './target.ts';

interface DoctorArgs {
  readonly json: boolean;
  readonly write: boolean;
  /** `automation 2:5 C5:WON=no`: the answer to a question of the check-up; nothing else is done then. */
  readonly answer: { readonly id: string; readonly answer: DoctorAnswer } | null;
}

const MARKS: Readonly<Record<FindingLevel, string>> = { ok: '✓', warn: '!', fail: '✗' };

const parseRaw = (argv: readonly string[]) =>
  readOnlyOptions(argv, { json: FLAG, 'no-write': FLAG, answer: TEXT });

function readArgs(raw: ReturnType<typeof parseRaw>): Parsed<DoctorArgs> {
  const language = readLanguage(raw.lang);
  const answer = raw.answer === undefined ? null : readAnswer(raw.answer);
  if (language === undefined || (raw.answer !== undefined && answer === null)) return REFUSED;
  if (raw.help) return { kind: 'help', language };
  return { kind: 'run', language, args: { json: raw.json, write: !raw['no-write'], answer } };
}

export const parseDoctorArgs = (argv: readonly string[]): Parsed<DoctorArgs> =>
  orRefused(() => readArgs(parseRaw(argv)));

function readAnswer(text: string): DoctorArgs['answer'] {
  const at = text.lastIndexOf('=');
  const answer = DOCTOR_ANSWERS.find((one) => one === text.slice(at + 1));
  return at > 0 && answer ? { id: text.slice(0, at).trim(), answer } : null;
}

type Speak = (key: string, params?: Finding['params']) => string;

/** One line per finding, why it matters and its remedy below it, a summary at the end. */
export function doctorTable(findings: readonly Finding[], speak: Speak): string {
  const names = new Map(findings.map(({ check }) => [check, checkName(check, speak)]));
  const width = Math.max(...[...names.values()].map((name) => name.length));
  const lines = findings.flatMap((found) => {
    const { name, title, why, remedy } = findingWords(found, speak, 'command');
    const below = (text: string): string => `  ${' '.repeat(width)}  ${text}`;
    return [
      `${MARKS[found.level]} ${name.padEnd(width)}  ${title}`,
      ...(why === '' ? [] : [below(speak('doctor.why', { why }))]),
      ...(remedy === '' ? [] : [below(`→ ${remedy}`)]),
    ];
  });
  const worst = worstLevel(findings);
  const count = findings.filter(({ level }) => level === worst).length;
  return [speak('doctor.title'), ...lines, speak(`doctor.summary.${worst}`, { count })].join('\n');
}

function doctorJson(findings: readonly Finding[], speak: Speak): string {
  const told = findings.map((found) => {
    const { title, why, remedy } = findingWords(found, speak, 'command');
    return { ...found, text: title, why, remedy };
  });
  return JSON.stringify({ level: worstLevel(findings), findings: told }, null, 2);
}

/** @param argv arguments after the program's name */
export async function runDoctor(
  argv: readonly string[],
  context: CommandContext,
): Promise<ExitCode> {
  return withArgs(context, parseDoctorArgs(argv), {
    usage: 'doctor.usage',
    run: (args, language) => checkUp(args, context, language),
  });
}

async function checkUp(
  { json, write, answer }: DoctorArgs,
  context: CommandContext,
  language: Language,
): Promise<ExitCode> {
  const speak: Speak = (key, params = {}) => context.say(language, key, params);
  const report = (findings: readonly Finding[]): ExitCode => {
    context.terminal.out(json ? doctorJson(findings, speak) : doctorTable(findings, speak));
    return worstLevel(findings) === 'fail' ? 1 : 0;
  };
  return withTools(context, language, {
    run: async (tools, target) => {
      if (answer !== null) return takeAnswer(answer, tools, { context, language });
      const { eventTokenCount, eventUrl, demo } = target;
      const options = { eventTokenCount, eventUrl, write, demo };
      return report(await diagnose(doctorDeps(tools), options));
    },
    withoutStore: async (target, fault) => report(await findingsWithoutStore(target, fault)),
  });
}

/** What an administrator found out by looking; the check-up goes by it until the stages change. */
async function takeAnswer(
  given: NonNullable<DoctorArgs['answer']>,
  tools: Tools,
  { context, language }: { readonly context: CommandContext; readonly language: Language },
): Promise<ExitCode> {
  const { portalId, policies, probe, doctorNotes: notes, clock } = tools;
  const all = await policies.list(portalId);
  const types = [...new Set(all.map(({ pipeline }) => pipeline.entityTypeId))];
  const stages = types.length === 0 ? [] : await probe.listStages(types);
  const questions = all.flatMap((policy) => questionsOf(policy, stages));
  const answer = { ...given, at: clock.now(), by: 0 };
  if (await answerQuestion(answer, questions, { portalId, notes })) {
    context.terminal.out(context.say(language, 'doctor.answer.stored'));
    return 0;
  }
  const available = questions.map(({ id }) => `"${id}"`).join(', ');
  complain(context, language, [
    { key: 'doctor.answer.unknown', params: { id: given.id, available } },
  ]);
  return 2;
}

/** Everything else goes through the store's rate budget; these three need no store. */
async function findingsWithoutStore(target: Target, fault: AppError): Promise<readonly Finding[]> {
  const { webhookUrl } = target.input;
  // The key to an installed portal stands in the store.
  if (webhookUrl === '') return [finding('redis', 'failed', { detail: fault.code })];
  const answers = await portalAnswers(webhookUrl);
  return [
    answers
      ? finding('webhook', 'ok')
      : finding('webhook', 'failed', { detail: 'portal-unreachable' }),
    ...checkToken(target.eventTokenCount),
    finding('redis', 'failed', { detail: fault.code }),
  ];
}
