/** A refusal in the platform's own irregular form: `error` may be a code, a text, empty, "-" or a number. */
export class RestError extends Error {
  readonly status: number;
  readonly code: string | number;

  constructor(status: number, code: string | number, description: string) {
    super(description);
    this.name = 'RestError';
    this.status = status;
    this.code = code;
  }
}

export const accessDenied = (status = 400): RestError =>
  new RestError(status, 'ACCESS_DENIED', 'Access denied');
