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
  const look = await lookAtPortal(deps);
  looks.set(deps, look);
  return homeOf(look, user, deps);
}

/** What the words of findings and questions need; kept between the checks of one run, which come one by one. */
interface Look {
  readonly names: Names;
  readonly questions: readonly OpenQuestion[];
}

const looks = new WeakMap<AdminDeps, Look>();

async function lookAtPortal(deps: AdminDeps): Promise<Look> {
  const [names, questions] = await Promise.all([pipelineNames(deps), openQuestions(deps)]);
  return { names, questions };
}

async function homeOf(
  { names, questions }: Look,
  user: Viewer,
  deps: AdminDeps,
): Promise<DoctorHome> {
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
  return { parts, questions: await askedOf(questions, user, deps) };
}

/** null: there is no such check. Never throws for what a check meets. */
export async function runDoctor(
  { check, write = false }: DoctorRunBody,
  user: Viewer,
  deps: AdminDeps,
): Promise<DoctorRun | null> {
  const { portalId, tools, app, eventUrl } = deps;
  const checks = checksOf(doctorDeps(tools, app));
  const only = check === undefined ? checks : checks.filter((one) => one === check);
  if (only.length === 0) return null;
  const options = { eventTokenCount: 0, eventUrl, write, demo: false, only };
  const findings = await diagnose(doctorDeps(tools, app), options);
  const at = tools.clock.now();
  const kept = new Map(only.map((one) => [one, { at, findings: ofCheck(one, findings) }] as const));
  await tools.doctorNotes.keep(portalId, withoutSkipped(kept));
  const look = (check === undefined ? null : looks.get(deps)) ?? (await lookAtPortal(deps));
  looks.set(deps, look);
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
  const questions = await openQuestions(deps);
  const notes = tools.doctorNotes;
  const given = { id, answer, at: tools.clock.now(), by: user.id };
  if (!(await answerQuestion(given, questions, { portalId, notes }))) return null;
  return askedOf(questions, user, deps);
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
  const named = { ...found.params, pipeline: names.get(pipeline) ?? pipeline };
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

/** `«Поддержка»`; a portal that does not answer leaves the numbers. */
async function pipelineNames(deps: AdminDeps): Promise<Names> {
  try {
    const lists = await Promise.all(
      typesOf(await readable(deps)).map((type) => deps.tools.setup.listPipelines(type)),
    );
    return new Map(
      lists
        .flat()
        .map(({ entityTypeId, categoryId, name }) => [
          `${entityTypeId}:${categoryId}`,
          `«${name}»`,
        ]),
    );
  } catch (error) {
    if (error instanceof AppError) return new Map();
    throw error;
  }
}

async function openQuestions(deps: AdminDeps): Promise<readonly OpenQuestion[]> {
  try {
    const policies = await readable(deps);
    if (policies.length === 0) return [];
    const stages = await deps.tools.probe.listStages(typesOf(policies));
    return policies.flatMap((policy) => questionsOf(policy, stages));
  } catch (error) {
    if (error instanceof AppError) return [];
    throw error;
  }
}

async function askedOf(
  questions: readonly OpenQuestion[],
  user: Viewer,
  deps: AdminDeps,
): Promise<readonly DoctorQuestion[]> {
  const answers = await deps.tools.doctorNotes.answers(deps.portalId);
  const speak = speakerOf(user, deps);
  return questions.map((question) => {
    const { id, kind, pipeline, stageName: stage } = question;
    const held: StoredAnswer | null = heldAnswer(question, answers);
    return {
      id,
      pipeline,
      text: speak(`doctor.question.${kind}`, { stage }),
      why: speak(`doctor.question.${kind}.why`),
      answer: held?.answer ?? null,
      answeredAt: held?.at ?? null,
      stale: held === null && answers.has(id),
    };
  });
}
