/** One channel's try at a message, and the two ways its calls are made. */
import { AppError } from '../errors.ts';

export type Attempt =
  | { readonly kind: 'delivered'; readonly reference: string }
  /** The client was not reached and nothing is left behind; `why` is a code, never a text of the portal. */
  | { readonly kind: 'refused'; readonly why: string };

export const READ = { priority: 'live', write: false } as const;
export const WRITE = { priority: 'live', write: true } as const;

/** Our mark on everything the app sends (ORIGINATOR_ID). */
export const ORIGINATOR = 'closegate';

/**
 * Makes a write; when its answer is lost, looks whether it was done. What cannot be found may still come, so the fault
 * goes on to the caller, who asks again before he repeats anything.
 */
export async function sureOf<T>(
  write: () => Promise<T>,
  look: () => Promise<T | null>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'portal-outcome-unknown') throw error;
    // A look that fails as well tells nothing: the write's own fault is the one the caller must hear of.
    const found = await look().catch(() => null);
    if (found === null) throw error;
    return found;
  }
}
