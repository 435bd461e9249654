import type { IncomingMessage } from 'node:http';
import { toMap } from './params.ts';
import type { Params } from './params.ts';
import { parsePhpQuery } from './php-query.ts';
import { RestError } from './rest-error.ts';

/** Parameters of a request's body: JSON or a form. */
export function bodyParams(request: IncomingMessage, body: string): Params {
  if (body === '') return {};
  const type = request.headers['content-type'] ?? '';
  if (type.includes('application/json')) {
    try {
      return toMap(JSON.parse(body));
    } catch {
      throw new RestError(400, 'INVALID_REQUEST', 'The request body is not valid JSON');
    }
  }
  if (type.includes('application/x-www-form-urlencoded')) return parsePhpQuery(body);
  throw new RestError(400, 'INVALID_REQUEST', 'Unknown content type');
}
