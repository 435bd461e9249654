/**
 * What no method of the platform tells and a person has to look up: whether robots, triggers or letters of a closing stage reach the
 * client (crm.automation.* knows the app's own triggers only), and whether the return stage demands filled fields (PORTAL 3.6).
 */
import type { ClosingPolicy } from '../core/policy.ts';
import { pipelineKey } from '../core/policy.ts';
import { gatedStages, stageRole } from '../core/stage-role.ts';
import type { DoctorNotes, StoredAnswer } from './ports/doctor.ts';
import type { PortalStage } from './ports/tickets.ts';

export type QuestionKind = 'automation' | 'required';

export interface OpenQuestion {
  /** `automation 2:5 C5:WON` */
  readonly id: string;
  readonly kind: QuestionKind;
  readonly pipeline: string;
  readonly stageId: string;
  readonly stageName: string;
  /** The stages it was asked about; another mark asks again. */
  readonly mark: string;
}

/** The questions of one pipeline; a stage that is gone is asked of nobody. */
export function questionsOf(
  policy: ClosingPolicy,
  stages: readonly PortalStage[],
): readonly OpenQuestion[] {
  const pipeline = pipelineKey(policy.pipeline);
  const mine = stages.filter(
    ({ entityTypeId, categoryId }) =>
      entityTypeId === policy.pipeline.entityTypeId && categoryId === policy.pipeline.categoryId,
  );
  const gated = gatedStages(policy);
  const closing = mine.filter(({ stageId }) => gated.includes(stageId));
  const mark = closing
    .map(({ stageId, name }) => `${stageId}=${stageRole(policy, stageId)}=${name}`)
    .join('\n');
  const question = (kind: QuestionKind, about: string, { stageId, name }: PortalStage) => ({
    id: `${kind} ${pipeline} ${stageId}`,
    kind,
    pipeline,
    stageId,
    stageName: name,
    mark: about,
  });
  const back = mine.filter(({ stageId }) => stageId === policy.returnStage);
  return [
    ...closing.map((stage) => question('automation', mark, stage)),
    ...back.map((stage) => question('required', `${stage.stageId}=${stage.name}`, stage)),
  ];
}

/** The answer that still holds; null when there is none, or the stages have changed since. */
export function heldAnswer(
  question: Pick<OpenQuestion, 'id' | 'mark'>,
  answers: ReadonlyMap<string, StoredAnswer>,
): StoredAnswer | null {
  const stored = answers.get(question.id);
  return stored?.mark === question.mark ? stored : null;
}

export interface AnswerDeps {
  readonly portalId: string;
  readonly notes: DoctorNotes;
}

/** False where nobody asks that (any more). Throws store-unavailable. */
export async function answerQuestion(
  given: Pick<StoredAnswer, 'answer' | 'at' | 'by'> & { readonly id: string },
  questions: readonly OpenQuestion[],
  { portalId, notes }: AnswerDeps,
): Promise<boolean> {
  const question = questions.find(({ id }) => id === given.id);
  if (!question) return false;
  const { answer, at, by } = given;
  await notes.answer(portalId, question.id, { answer, mark: question.mark, at, by });
  return true;
}
