/** `npm run doctor`: a table for people, or one JSON document; exit code 1 when something is broken. */
import { parseArgs } from 'node:util';
import { diagnose } from '../app/doctor.ts';
import { checkToken } from '../app/doctor-checks.ts';
import { finding } from '../app/doctor-findings.ts';
import type { Finding, FindingLevel } from '../app/doctor-findings.ts';
import type { Language } from '../app/ports/texts.ts';
import type { AppError } from '../errors.ts';
import type { CommandContext, ExitCode } from './command.ts';
import { complain, withTools } from './command.ts';
import type { Target } from './target.ts';
import { portalAnswers } from './target.ts';

interface DoctorArgs {
  readonly json: boolean;
  readonly write: boolean;
  readonly help: boolean;
  readonly language: Language | null;
}

const MARKS: Readonly<Record<FindingLevel, string>> = { ok: '✓', warn: '!', fail: '✗' };

/** null when the arguments cannot be understood. */
export function parseDoctorArgs(argv: readonly string[]): DoctorArgs | null {
  try {
    const { values } = parseArgs({
      args: [...argv],
      strict: true,
      allowPositionals: false,
      options: {
        json: { type: 'boolean', default: false },
        'no-write': { type: 'boolean', default: false },
        lang: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    const { lang } = values;
    if (lang !== undefined && lang !== 'ru' && lang !== 'en') return null;
    return {
      json: values.json,
      write: !values['no-write'],
      help: values.help,
      language: lang ?? null,
    };
  } catch {
    return null;
  }
}

type Speak = (key: string, params?: Finding['params']) => string;

function textOf(found: Finding, speak: Speak): string {
  return speak(`doctor.${found.check}.${found.code}`, found.params);
}

function remedyOf(found: Finding, speak: Speak): string {
  return found.level === 'ok' ? '' : speak(`remedy.${found.check}.${found.code}`, found.params);
}

function worstOf(findings: readonly Finding[]): FindingLevel {
  if (findings.some(({ level }) => level === 'fail')) return 'fail';
  return findings.some(({ level }) => level === 'warn') ? 'warn' : 'ok';
}

/** One line per finding, its remedy below it, a summary at the end. */
export function doctorTable(findings: readonly Finding[], speak: Speak): string {
  const names = new Map(findings.map(({ check }) => [check, speak(`doctor.check.${check}`)]));
  const width = Math.max(...[...names.values()].map((name) => name.length));
  const lines = findings.flatMap((found) => {
    const name = (names.get(found.check) ?? '').padEnd(width);
    const remedy = remedyOf(found, speak);
    const line = `${MARKS[found.level]} ${name}  ${textOf(found, speak)}`;
    return remedy === '' ? [line] : [line, `  ${' '.repeat(width)}  → ${remedy}`];
  });
  const worst = worstOf(findings);
  const count = findings.filter(({ level }) => level === worst).length;
  return [speak('doctor.title'), ...lines, speak(`doctor.summary.${worst}`, { count })].join('\n');
}

function doctorJson(findings: readonly Finding[], speak: Speak): string {
  const told = findings.map((found) => ({
    ...found,
    text: textOf(found, speak),
    remedy: remedyOf(found, speak),
  }));
  return JSON.stringify({ level: worstOf(findings), findings: told }, null, 2);
}

/** @param argv arguments after the program's name */
export async function runDoctor(
  argv: readonly string[],
  context: CommandContext,
): Promise<ExitCode> {
  const args = parseDoctorArgs(argv);
  if (!args) {
    complain(context, context.language, [{ key: 'doctor.usage', params: {} }]);
    return 2;
  }
  const language = args.language ?? context.language;
  const speak: Speak = (key, params = {}) => context.say(language, key, params);
  if (args.help) {
    context.terminal.out(speak('doctor.usage'));
    return 0;
  }
  const report = (findings: readonly Finding[]): ExitCode => {
    context.terminal.out(args.json ? doctorJson(findings, speak) : doctorTable(findings, speak));
    return worstOf(findings) === 'fail' ? 1 : 0;
  };
  return withTools(context, language, {
    run: async (tools, target) =>
      report(
        await diagnose(tools, {
          eventTokenCount: target.eventTokenCount,
          eventUrl: target.eventUrl,
          write: args.write,
          demo: target.demo,
        }),
      ),
    withoutStore: async (target, fault) => report(await findingsWithoutStore(target, fault)),
  });
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
