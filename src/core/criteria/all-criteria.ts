import { clientConfirmed } from './client-confirmed.ts';
import { closeReasonGiven } from './close-reason-given.ts';
import type { Criterion } from './criterion.ts';
import { duplicateLinked } from './duplicate-linked.ts';
import { documentationExtras } from './documentation-extras.ts';
import { informationComplete } from './information-complete.ts';
import { knowledgeBaseDecided } from './knowledge-base-decided.ts';
import { knowledgeBaseLinked } from './knowledge-base-linked.ts';
import { problemSolved } from './problem-solved.ts';
import { productUpdateConfirmed } from './product-update-confirmed.ts';
import { questionsAnswered } from './questions-answered.ts';
import { relatedWorkClosed } from './related-work-closed.ts';
import { solutionDocumented } from './solution-documented.ts';
import { textQualityHinted } from './text-quality.ts';

/** Every criterion in the regulation's order, which is the order of gaps in messages and of verdicts in the journal. */
export const ALL_CRITERIA: readonly Criterion[] = [
  problemSolved,
  relatedWorkClosed,
  clientConfirmed,
  questionsAnswered,
  solutionDocumented,
  documentationExtras,
  textQualityHinted,
  informationComplete,
  knowledgeBaseDecided,
  knowledgeBaseLinked,
  productUpdateConfirmed,
  closeReasonGiven,
  duplicateLinked,
];
