/** Robots of the app on the portal's stages (PORTAL 6.1): what they ask, kept until it is answered. Implemented by redis/ and bitrix24/. */
import type { Instant, TicketRef } from '../../core/ticket.ts';

export const ROBOT_CODES = ['closegate_check', 'closegate_request'] as const;
export type RobotCode = (typeof ROBOT_CODES)[number];

export interface NewRobotCall {
  readonly code: RobotCode;
  readonly ref: TicketRef;
  /** Secret: whoever has it answers in the robot's place. Never logged, stored sealed only. */
  readonly eventToken: string;
  /** The step holds up what follows it until it is answered. */
  readonly waits: boolean;
  /** How long the step waits, seconds; 0: for as long as it takes. */
  readonly timeoutSeconds: number;
}

export interface RobotCall extends Omit<NewRobotCall, 'timeoutSeconds'> {
  /** Tells calls apart; nothing of the token can be learnt from it. */
  readonly id: string;
  /** Until then facts that cannot be read are read again. */
  readonly decideBy: Instant;
  /** After that nobody waits for an answer any more. */
  readonly answerBy: Instant;
  /** Not before then. */
  readonly dueAt: Instant;
  readonly attempts: number;
}

export interface RobotCalls {
  /** Resolves when the call stands in the store; false for a repeated delivery. @throws AppError store-unavailable */
  accept(portalId: string, call: Omit<RobotCall, 'id'>): Promise<boolean>;
  waiting(portalId: string): Promise<readonly RobotCall[]>;
  /** Puts a call off. */
  again(portalId: string, call: RobotCall): Promise<void>;
  /** Forgets calls, but not that they were made. */
  done(portalId: string, calls: readonly Pick<RobotCall, 'id'>[], now: Instant): Promise<void>;
  /** Portals with calls that wait. */
  portals(): Promise<readonly string[]>;
}

export interface RobotAnswer {
  readonly id: string;
  readonly eventToken: string;
  /** null: the robot returns nothing. */
  readonly values: { readonly passed: boolean; readonly missing: string } | null;
  /** For the log of the process. */
  readonly log: string;
}

/** `again`: it may or may not have arrived. A second answer changes nothing, so that it is simply given again. */
export type AnswerOutcome = 'taken' | 'refused' | 'again';

export interface RobotAnswers {
  /** bizproc.event.send, batched; by the answer's id. @throws AppError when nothing was sent */
  send(answers: readonly RobotAnswer[]): Promise<ReadonlyMap<string, AnswerOutcome>>;
}
