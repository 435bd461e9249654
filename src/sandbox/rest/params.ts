import { RestError } from './rest-error.ts';

/** What one parameter of a method must be. */
export interface ParamSpec {
  readonly type: 'integer' | 'string' | 'flag' | 'list' | 'object' | 'any';
  readonly required?: boolean;
  /** The method's own refusal instead of the common error 100. */
  readonly missing?: () => RestError;
}

export type ParamSpecs = Readonly<Record<string, ParamSpec>>;
export type Params = Readonly<Record<string, unknown>>;

/** Accepted by every method: authorisation, own-change marks of offline queues, tracing of the official SDK. */
const COMMON = /^(auth|auth_connector|sessid|bx24_[a-z_]+)$/;

/** Checks a call against its declaration; an undeclared top-level parameter is refused loudly. */
export function checkParams(specs: ParamSpecs, params: Params): Params {
  const checked: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(params)) {
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (spec) checked[name] = checkOne(name, spec, value);
    else if (!COMMON.test(name)) {
      throw new RestError(
        400,
        'SANDBOX_UNKNOWN_PARAMETER',
        `The method has no parameter "${name}"; the platform would ignore it silently`,
      );
    }
  }
  for (const [name, spec] of Object.entries(specs)) {
    if (!spec.required || isGiven(checked[name])) continue;
    if (spec.missing) throw spec.missing();
    throw new RestError(400, '100', `Could not find value for parameter {${name}}`);
  }
  return checked;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

type Reader = (name: string, value: unknown) => unknown;

const READERS: Readonly<Record<ParamSpec['type'], Reader>> = {
  integer: toInteger,
  string: (name, value) =>
    typeof value === 'string' || typeof value === 'number'
      ? String(value)
      : mistyped(name, 'string'),
  flag: (name, value) => (typeof value === 'object' ? mistyped(name, 'boolean') : toFlag(value)),
  list: toList,
  object: (name, value) => (typeof value === 'object' ? value : mistyped(name, 'array')),
  any: (_, value) => value,
};

function checkOne(name: string, spec: ParamSpec, value: unknown): unknown {
  return value === null || value === undefined ? undefined : READERS[spec.type](name, value);
}

function toInteger(name: string, value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number)) return number;
  return mistyped(name, 'int');
}

function toFlag(value: unknown): boolean {
  return value === true || value === 1 || ['Y', 'y', '1', 'true'].includes(String(value));
}

function toList(name: string, value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return mistyped(name, 'array');
  return Object.values(value);
}

function mistyped(name: string, type: string): never {
  throw new RestError(
    400,
    '100',
    `Invalid value to match with parameter {${name}}. Should be value of type ${type}.`,
  );
}

export function textParam(params: Params, name: string): string {
  const value = params[name];
  return typeof value === 'string' ? value : '';
}

export function intParam(params: Params, name: string): number {
  const value = params[name];
  return typeof value === 'number' ? value : 0;
}

export function listParam(params: Params, name: string): unknown[] {
  const value = params[name];
  return Array.isArray(value) ? value : [];
}

export function mapParam(params: Params, name: string): Record<string, unknown> {
  return toMap(params[name]);
}

export function toMap(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {};
}
