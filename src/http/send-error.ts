import type { Response } from 'express';

/** Every refusal is a short JSON document with a stable code; never a text of the cause. */
export function sendError(res: Response, status: number, code: string): void {
  res.status(status).json({ error: code });
}
