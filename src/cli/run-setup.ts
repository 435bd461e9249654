/** `npm run setup`: parses, reads the portal, asks where it may, saves, reports. */
import type { Language } from '../app/ports/texts.ts';
import type { Tools } from '../app/ports/tools.ts';
import { exported } from '../app/settings/policy-document.ts';
import { chooseNote } from '../app/settings/settings-words.ts';
import { pipelineKey } from '../core/policy.ts';
import type { ClosingPolicy } from '../core/policy.ts';
import type {
  PipelineFacts,
  PolicyDraft,
  SetupProblem,
  SetupRequest,
  SetupWarning,
} from '../app/setup-pipeline-draft.ts';
import { draftPolicy } from '../app/setup-pipeline-draft.ts';
import { readPipelineFacts, savePolicyDraft } from '../app/setup-pipeline.ts';
import type { SetupReport } from '../app/setup-pipeline.ts';
import type { CommandContext, ExitCode } from './command.ts';
import { complain, withArgs, withTools } from './command.ts';
import type { SetupArgs } from './setup-args.ts';
import { parseSetupArgs } from './setup-args.ts';
import { importHere, readDocumentFile } from './setup-file.ts';
import { askYesNo, interviewSetup } from './setup-questions.ts';

interface Run {
  readonly context: CommandContext;
  readonly args: SetupArgs;
  readonly language: Language;
  readonly tell: (key: string, params?: Readonly<Record<string, string | number>>) => void;
}

/** Problems of the values given on the command line are usage; the rest is about the portal. */
function refuse(run: Run, problems: readonly SetupProblem[]): ExitCode {
  complain(
    run.context,
    run.language,
    problems.map(({ code, params }) => ({ key: `setup.${code}`, params })),
  );
  const usage = ['role-unknown', 'set-unknown', 'set-bad-value'];
  return problems.some(({ code }) => usage.includes(code)) ? 2 : 1;
}

function showStages(run: Run, draft: PolicyDraft, facts: PipelineFacts): void {
  const { say } = run.context;
  run.tell('setup.stages-title', { name: facts.pipeline.name });
  for (const { stageId, name } of facts.stages) {
    const role = draft.stages[stageId] ?? 'work';
    const [kind, outcome] = role.split(':');
    const roleText = outcome
      ? say(run.language, 'role.closed', {
          outcome: say(run.language, `field.outcome.${outcome}`),
        })
      : say(run.language, `role.${kind}`);
    run.tell('setup.stage-line', { stage: stageId, name, role: `${role}: ${roleText}` });
  }
}

function warn(run: Run, warnings: readonly SetupWarning[]): void {
  for (const { code, ...params } of warnings) run.tell(`setup.warn.${code}`, params);
}

function report(run: Run, saved: Omit<SetupReport, 'warnings'>): void {
  const { policy, changed, created } = saved;
  if (created.length > 0) run.tell('setup.fields-created', { count: created.length });
  else run.tell('setup.fields-present');
  run.tell(changed ? 'setup.saved' : 'setup.unchanged', {
    pipeline: pipelineKey(policy.pipeline),
    version: policy.version,
    mode: policy.mode,
  });
  run.tell('setup.next');
}

/** With the names that another portal finds its own stages, fields and people by. */
async function printDocument(run: Run, policy: ClosingPolicy, tools: Tools): Promise<void> {
  const look = await tools.settings.look(policy.pipeline);
  const document = look === null ? policy : await exported(policy, look, { tools });
  run.context.terminal.out(JSON.stringify(document, null, 2));
}

/** Every tenth field and the last one: enough to see that it goes on. */
function progressOf(run: Run): (done: number, total: number) => void {
  return (done, total) => {
    if (done === total || done % 10 === 0) run.tell('setup.fields-progress', { done, total });
  };
}

async function work(run: Run, tools: Tools): Promise<ExitCode> {
  const { context, language } = run;
  const started = await startingFacts(run, tools);
  if (!started.ok) return started.exit;
  const { facts, previous } = started;
  let { request } = started;
  let drafted = draftPolicy(request, facts);
  if (!drafted.ok) return refuse(run, drafted.problems);
  showStages(run, drafted.draft, facts);
  const { ask } = context.terminal;
  if (!run.args.yes && ask) {
    const interview = { terminal: context.terminal, ask, say: context.say, language };
    request = await interviewSetup(interview, request, drafted.draft, facts);
    drafted = draftPolicy(request, facts);
    if (!drafted.ok) return refuse(run, drafted.problems);
    if (!(await askYesNo(interview, 'setup.ask-confirm', true))) {
      run.tell('setup.cancelled');
      return 0;
    }
  }
  const saved = await savePolicyDraft(drafted.draft, previous, tools, progressOf(run));
  warn(run, drafted.warnings);
  report(run, saved);
  if (run.args.json) await printDocument(run, saved.policy, tools);
  return 0;
}

interface Started {
  readonly ok: true;
  /** `previous` in it is what the draft begins with: the document's policy where one was given. */
  readonly facts: PipelineFacts;
  /** What is saved. */
  readonly previous: ClosingPolicy | null;
  readonly request: Required<SetupRequest>;
}

async function startingFacts(
  run: Run,
  tools: Tools,
): Promise<Started | { readonly ok: false; readonly exit: ExitCode }> {
  const document = run.args.file === null ? null : await readDocumentFile(run.args.file, tools);
  if (document?.kind === 'refused') {
    complain(run.context, run.language, document.complaints);
    return { ok: false, exit: 2 };
  }
  const pipeline =
    run.args.pipelineOfFile && document
      ? document.document.policy.pipeline
      : run.args.request.pipeline;
  const request = { ...run.args.request, pipeline };
  run.tell('setup.reading', { pipeline: pipelineKey(pipeline) });
  const read = await readPipelineFacts(pipeline, tools);
  if (!read.ok) return { ok: false, exit: refuse(run, read.problems) };
  const { facts } = read;
  const { previous } = facts;
  if (!document) return { ok: true, facts, previous, request };
  const imported = await importHere(document.document, request, facts, tools);
  for (const { path, code, params } of imported.toChoose) {
    const text = chooseNote({ path, code, params }, (key, more) =>
      run.context.say(run.language, key, more),
    ).text;
    run.tell('setup.choose', { path, text });
  }
  if (run.args.yes && imported.toChoose.length > 0) {
    run.tell('setup.choose-first');
    return { ok: false, exit: 1 };
  }
  return { ok: true, facts: { ...facts, previous: imported.policy }, previous, request };
}

/** @param argv arguments after the program's name */
export async function runSetup(
  argv: readonly string[],
  context: CommandContext,
): Promise<ExitCode> {
  return withArgs(context, parseSetupArgs(argv), {
    usage: 'setup.usage',
    run: (args, language) => setUp(args, context, language),
  });
}

async function setUp(
  args: SetupArgs,
  context: CommandContext,
  language: Language,
): Promise<ExitCode> {
  const tell: Run['tell'] = (key, params = {}) => {
    context.terminal.say(context.say(language, key, params));
  };
  if (!args.yes && !context.terminal.ask) {
    tell('setup.no-tty');
    return 2;
  }
  return withTools(context, language, {
    run: (tools) => work({ context, args, language, tell }, tools),
  });
}
