import type { CallEnvironment } from './call-method.ts';

export interface V3Answer {
  readonly status: number;
  readonly body: unknown;
  /** The answer of an earlier request with the same Idempotency-Key. */
  readonly replayed?: boolean;
}

export type V3Query = Readonly<Record<string, unknown>>;
export type V3Method = (env: CallEnvironment, query: V3Query) => V3Answer;

const PREFIX = 'BITRIX_REST_V3_EXCEPTION_';

export function refuse(status: number, code: string, message: string, field?: string): V3Answer {
  const validation = field === undefined ? {} : { validation: [{ field, message }] };
  return { status, body: { error: { code: `${PREFIX}${code}`, message, ...validation } } };
}

/** Codes of a section's own, without the common prefix. */
export function refuseOwn(code: string, message: string): V3Answer {
  return { status: 400, body: { error: { code, message } } };
}

export function result(value: unknown): V3Answer {
  return { status: 200, body: { result: value } };
}

export const item = (value: unknown): V3Answer => result({ item: value });
export const notFound = (field: string): V3Answer =>
  refuse(400, 'ENTITYNOTFOUNDEXCEPTION', `Entity not found: ${field}`);
export const denied = (): V3Answer => refuse(403, 'ACCESSDENIEDEXCEPTION', 'Access denied');
export const invalidRequest = (field: string): V3Answer =>
  refuse(400, 'VALIDATION_REQUESTVALIDATIONEXCEPTION', `Required field ${field}`, field);
export const invalidObject = (field: string, message: string): V3Answer =>
  refuse(400, 'VALIDATION_DTOVALIDATIONEXCEPTION', message, field);
