import type { Response } from 'express';

export interface ApiError {
  readonly code: string;
  /** For people, in their language; '' where the page has words of its own. */
  readonly message: string;
  readonly field?: string;
}

/** The one shape of refusals of the JSON API of pages inside the portal. */
export function sendApiError(res: Response, status: number, error: ApiError): void {
  res.set('Cache-Control', 'no-store');
  res.status(status).json({ ok: false, error });
}
