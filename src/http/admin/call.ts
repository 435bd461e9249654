/** What a route of the pages for administrators and leads is given, and how it says who may call it. */
import type { Request, RequestHandler, Response } from 'express';
import type { AdminDeps, AdminUser } from '../../app/admin/admin-deps.ts';
import type { Hand } from '../../app/ports/frame.ts';

export interface AdminCall {
  readonly user: AdminUser;
  readonly deps: AdminDeps;
  /** The user's own eyes and hand on the portal; null when no token of the user is kept any more. */
  readonly hand: () => Promise<Hand | null>;
  readonly req: Request;
  readonly res: Response;
}

/**
 * `admin`: administrators of the portal only; a call that changes something asks the portal whether the user still is one.
 * `lead`: administrators, and leads that a policy of this portal names.
 */
export type Who = 'admin' | 'lead';
export type On = (who: Who, answer: (call: AdminCall) => Promise<void>) => RequestHandler;
