import { AppError } from '../../errors.ts';

/** What stays due is tried again after that time. */
export function laterError(detail: string, retryAfterMs: number): AppError {
  return new AppError('portal-outcome-unknown', 'A card is looked at again shortly.', {
    retry: 'after',
    retryAfterMs,
    detail,
  });
}
