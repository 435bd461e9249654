/** A refusal in the platform's own irregular form: `error` may be a code, a text, empty, "-" or a number. */
export class RestError extends Error {
  readonly status: number;
  readonly code: string | number;
  /** Further keys of the body. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    code: string | number,
    description: string,
    extra: Readonly<Record<string, unknown>> = {},
  ) {
    super(description);
    this.name = 'RestError';
    this.status = status;
    this.code = code;
    this.extra = extra;
  }
}

export const accessDenied = (status = 400): RestError =>
  new RestError(status, 'ACCESS_DENIED', 'Access denied');
