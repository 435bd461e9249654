/** The self-check behind its page: runs checks, remembers what they found, asks the administrator what no method tells. */
import type {
  DoctorAnswerBody,
  DoctorFinding,
  DoctorHome,
  DoctorQuestion,
  DoctorRun,
  DoctorRunBody,
} from '../../core/admin/doctor-state.ts';
import type { ClosingPolicy } from '../../core/policy.ts';
import { AppError } from '../../errors.ts';
import { checksOf, diagnose } from '../doctor.ts';
import type { DoctorDeps } from '../doctor.ts';
import type { DoctorCheck, Finding } from '../doctor-findings.ts';
import type { OpenQuestion } from '../doctor-questions.ts';
import { answerQuestion, heldAnswer, questionsOf } from '../doctor-questions.ts';
import { askOnce } from '../doctor-memo.ts';
import type { Asked } from '../doctor-memo.ts';
import { checkName, findingWords, settingOf } from '../doctor-words.ts';
import type { AppProbe, StoredAnswer, StoredCheck } from '../ports/doctor.ts';
import type { PortalTools } from '../ports/tools.ts';
import type { AdminDeps, AdminUser } from './admin-deps.ts';
import { templateProblems } from './own-templates.ts';

/** What the checks work with, for a command and for a page. */
export function doctorDeps(tools: PortalTools, app?: AppProbe): DoctorDeps {
  return {
    ...tools,
    app,
    async templateProblems() {
      const found = await templateProblems(tools.portalId, tools);
      return found.flatMap(({ language, name, problem }) =>
        problem === null ? [] : [{ language, name, line: problem.line }],
      );
    },
  };
}

type Viewer = Pick<AdminUser, 'id' | 'language'>;

/** The checks there are, each with its last run; the portal is asked for its stages and pipelines only. */
export async function doctorHome(user: Viewer, deps: AdminDeps): Promise<DoctorHome> {
  return homeOf(await lookAtPortal(deps, askOnce(deps.tools)), user, deps);
}

/** What the words of findings and questions need. */
interface Look {
  readonly names: Names;
  readonly questions: readonly OpenQuestion[];
}

async function lookAtPortal(deps: AdminDeps, asked: Asked): Promise<Look> {
  const policies = await readable(deps);
  const [names, questions] = await Promise.all([
    pipelineNames(policies, asked),
    openQuestions(policies, asked),
  ]);
  return { names, questions };
}

/** What was asked in a run whose checks come one by one; the last run of each portal. */
const runs = new WeakMap<AdminDeps, { readonly run: string; readonly asked: Asked }>();

function askedIn(run: string | undefined, deps: AdminDeps): Asked {
  const known = runs.get(deps);
  if (run !== undefined && known?.run === run) return known.asked;
  const asked = askOnce(deps.tools);
  if (run !== undefined) runs.set(deps, { run, asked });
  return asked;
}

async function homeOf(look: Look, user: Viewer, deps: AdminDeps): Promise<DoctorHome> {
  const { names } = look;
  const { portalId, tools, app } = deps;
  const speak = speakerOf(user, deps);
  const results = await tools.doctorNotes.results(portalId);
  const parts = checksOf(doctorDeps(tools, app)).map((check) => {
    const last = results.get(check);
    return {
      check,
      name: checkName(check, speak),
      at: last?.at ?? null,
      findings: (last?.findings ?? []).map((found) => toldTo(found, speak, names)),
    };
  });
  return { parts, questions: await askedOf(look, user, deps) };
}

/** null: there is no such check. Never throws for what a check meets. */
export async function runDoctor(
  { check, run, write = false }: DoctorRunBody,
  user: Viewer,
  deps: AdminDeps,
): Promise<DoctorRun | null> {
  const { portalId, tools, app, eventUrl } = deps;
  const asked = askedIn(run, deps);
  const doctor = { ...doctorDeps(tools, app), ...asked };
  const checks = checksOf(doctor);
  const only = check === undefined ? checks : checks.filter((one) => one === check);
  if (only.length === 0) return null;
  const options = { eventTokenCount: 0, eventUrl, write, demo: false, only };
  const findings = await diagnose(doctor, options);
  const at = tools.clock.now();
  const kept = new Map(only.map((one) => [one, { at, findings: ofCheck(one, findings) }] as const));
  await tools.doctorNotes.keep(portalId, withoutSkipped(kept));
  const look = await lookAtPortal(deps, asked);
  const speak = speakerOf(user, deps);
  const told = findings.map((found) => toldTo(found, speak, look.names));
  return { ...(await homeOf(look, user, deps)), findings: told };
}

/** False: nobody asks that (any more). */
export async function answerDoctor(
  { id, answer }: DoctorAnswerBody,
  user: Viewer,
  deps: AdminDeps,
): Promise<readonly DoctorQuestion[] | null> {
  const { portalId, tools } = deps;
  const look = await lookAtPortal(deps, askOnce(tools));
  const notes = tools.doctorNotes;
  const given = { id, answer, at: tools.clock.now(), by: user.id };
  if (!(await answerQuestion(given, look.questions, { portalId, notes }))) return null;
  return askedOf(look, user, deps);
}

const ofCheck = (check: DoctorCheck, findings: readonly Finding[]): readonly Finding[] =>
  findings.filter((found) => found.check === check);

/** A run that only read does not make the last delivery that was tried forgotten. */
function withoutSkipped(
  results: ReadonlyMap<string, StoredCheck>,
): ReadonlyMap<string, StoredCheck> {
  const skipped = ({ findings }: StoredCheck): boolean =>
    findings.length > 0 && findings.every(({ code }) => code === 'skipped');
  return new Map([...results].filter(([, result]) => !skipped(result)));
}

type Names = ReadonlyMap<string, string>;
type Speak = (key: string, params?: Finding['params']) => string;

const speakerOf =
  ({ language }: Viewer, { say }: AdminDeps): Speak =>
  (key, params = {}) =>
    say(language, key, params);

function toldTo(found: Finding, speak: Speak, names: Names): DoctorFinding {
  const pipeline = String(found.params['pipeline'] ?? '');
  const name = names.get(pipeline);
  const shown = name === undefined ? pipeline : speak('doctor.pipeline', { name });
  const named = { ...found.params, pipeline: shown };
  const { title, why, remedy } = findingWords({ ...found, params: named }, speak, 'page');
  const { check, code, level } = found;
  return { check, code, level, title, why, remedy, pipeline, path: settingOf(found) };
}

/** Policies that cannot be read ask nothing; a check of its own tells of them. */
async function readable({ portalId, tools }: AdminDeps): Promise<readonly ClosingPolicy[]> {
  try {
    return await tools.policies.list(portalId);
  } catch (error) {
    if (error instanceof AppError && error.code === 'policy-invalid') return [];
    throw error;
  }
}

const typesOf = (policies: readonly ClosingPolicy[]): readonly number[] => [
  ...new Set(policies.map(({ pipeline }) => pipeline.entityTypeId)),
];

/** Each pipeline's name; a portal that does not answer leaves the numbers. */
async function pipelineNames(policies: readonly ClosingPolicy[], { setup }: Asked): Promise<Names> {
  const lists = await unlessAway(
    Promise.all(typesOf(policies).map((type) => setup.listPipelines(type))),
    [],
  );
  const all = lists.flat();
  return new Map(
    all.map(({ entityTypeId, categoryId, name }) => [`${entityTypeId}:${categoryId}`, name]),
  );
}

/** One request for all types would be asked for under a name of its own: the checks ask for each type. */
async function openQuestions(
  policies: readonly ClosingPolicy[],
  { probe }: Asked,
): Promise<readonly OpenQuestion[]> {
  const lists = await unlessAway(
    Promise.all(typesOf(policies).map((type) => probe.listStages([type]))),
    [],
  );
  const stages = lists.flat();
  return policies.flatMap((policy) => questionsOf(policy, stages));
}

async function unlessAway<T>(asked: Promise<T>, without: T): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof AppError) return without;
    throw error;
  }
}

async function askedOf(
  { names, questions }: Look,
  user: Viewer,
  deps: AdminDeps,
): Promise<readonly DoctorQuestion[]> {
  const answers = await deps.tools.doctorNotes.answers(deps.portalId);
  const speak = speakerOf(user, deps);
  // Stages of several pipelines are often called alike.
  const several = new Set(questions.map(({ pipeline }) => pipeline)).size > 1;
  return questions.map((question) => {
    const { id, kind, pipeline, stageName: stage } = question;
    const text = speak(`doctor.question.${kind}`, { stage });
    const place = names.get(pipeline) ?? pipeline;
    const held: StoredAnswer | null = heldAnswer(question, answers);
    return {
      id,
      pipeline,
      text: several ? speak('doctor.question.in', { pipeline: place, text }) : text,
      why: speak(`doctor.question.${kind}.why`),
      answer: held?.answer ?? null,
      answeredAt: held?.at ?? null,
      stale: held === null && answers.has(id),
    };
  });
}
