/**
 * What the self-check's page is given and sends back. Sentences are in the reader's language. A pipeline is spelled `2:5`; a path
 * names a setting as everywhere on the settings pages (`stages.C5:WON`, `fields.cause`, `daysOff`, `leads`).
 */
import type { Instant } from '../ticket.ts';

export type DoctorLevel = 'ok' | 'warn' | 'fail';

export interface DoctorFinding {
  readonly check: string;
  readonly code: string;
  readonly level: DoctorLevel;
  /** What was found. */
  readonly title: string;
  /** Why it matters and what to do; both '' where nothing is wrong. */
  readonly why: string;
  readonly remedy: string;
  /** '' where it concerns the whole portal. */
  readonly pipeline: string;
  /** The setting that mends it; '' where it is mended elsewhere (on the portal, on the server). */
  readonly path: string;
}

/** One check with what it found when it last ran. */
export interface DoctorPart {
  readonly check: string;
  readonly name: string;
  /** null: it has not run yet. */
  readonly at: Instant | null;
  readonly findings: readonly DoctorFinding[];
}

export const DOCTOR_ANSWERS = ['yes', 'no', 'unknown'] as const;
export type DoctorAnswer = (typeof DOCTOR_ANSWERS)[number];

/** Something no method of the portal tells: an administrator looks and answers. */
export interface DoctorQuestion {
  /** `automation 2:5 C5:WON` */
  readonly id: string;
  readonly pipeline: string;
  readonly text: string;
  /** Where to look, and why it is asked. */
  readonly why: string;
  readonly answer: DoctorAnswer | null;
  readonly answeredAt: Instant | null;
  /** There is an answer, but the pipeline's stages have changed since: it is asked again. */
  readonly stale: boolean;
}

/** GET /api/settings/doctor: the checks there are, each with its last run. */
export interface DoctorHome {
  readonly parts: readonly DoctorPart[];
  readonly questions: readonly DoctorQuestion[];
}

/**
 * POST /api/settings/doctor. Without `check` every check runs; a page names one after the other, so that it can show how far
 * it is. `write`: one service field of one ticket is changed and put back, to see its event arrive.
 */
export interface DoctorRunBody {
  readonly check?: string;
  /** The same for all checks of one run: they ask the portal each thing once. Absent: everything is asked anew. */
  readonly run?: string;
  readonly write?: boolean;
}

/** Answer of a run: what ran now, and the questions as they stand after it. */
export interface DoctorRun extends DoctorHome {
  readonly findings: readonly DoctorFinding[];
}

/** PUT /api/settings/doctor/answers answers {questions}. */
export interface DoctorAnswerBody {
  readonly id: string;
  readonly answer: DoctorAnswer;
}

/** GET /api/settings/lock?pipeline=2:5: the portal's own lock of the closing stages, with its real names. */
export interface NativeLock {
  readonly pipeline: string;
  readonly pipelineName: string;
  readonly typeName: string;
  /** Stages nobody but the app should move a ticket to. */
  readonly stages: readonly { readonly stageId: string; readonly name: string }[];
  /** Stages people go on moving tickets to. */
  readonly open: readonly { readonly stageId: string; readonly name: string }[];
  readonly account: {
    readonly id: number;
    /** '' where the portal does not tell. */
    readonly name: string;
    /** Administrators of the portal are bound by no role: the app goes on closing. */
    readonly admin: boolean;
    readonly rights: 'ok' | 'read-only' | 'none';
  };
  /** Page of the portal with the roles. */
  readonly rightsUrl: string;
  readonly mode: 'off' | 'observe' | 'enforce';
}

/** The worst of some findings; ok for none. */
export function worstLevel(findings: readonly Pick<DoctorFinding, 'level'>[]): DoctorLevel {
  if (findings.some(({ level }) => level === 'fail')) return 'fail';
  return findings.some(({ level }) => level === 'warn') ? 'warn' : 'ok';
}
