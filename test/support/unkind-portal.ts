/** A portal that misbehaves to order: each request is answered by the next step of a script, over real HTTP. */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface UnkindRequest {
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Commands of a batch by key, decoded enough to read. */
  readonly commands: Readonly<Record<string, string>>;
}

/** Answers one request; `body` as an object is sent as JSON. */
export interface Reply {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** `hang` never answers, `cut` closes the connection after reading the request, `trickle` breaks off in the answer. */
  readonly trouble?: 'hang' | 'cut' | 'trickle';
}

export type Step = Reply | ((request: UnkindRequest) => Reply);

export interface UnkindPortal {
  readonly url: string;
  readonly webhookUrl: string;
  readonly requests: readonly UnkindRequest[];
  close(): Promise<void>;
}

/** The last step answers everything that comes after it. */
export async function startUnkindPortal(steps: readonly Step[]): Promise<UnkindPortal> {
  const requests: UnkindRequest[] = [];
  const server = createServer((request, response) => {
    void readRequest(request).then((read) => {
      requests.push(read);
      const step = steps[Math.min(requests.length, steps.length) - 1] ?? {};
      send(response, typeof step === 'function' ? step(read) : step);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    webhookUrl: `${url}/rest/7/s3cretc0de/`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function readRequest(request: IncomingMessage): Promise<UnkindRequest> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  const params: unknown = text === '' ? {} : JSON.parse(text);
  const url = new URL(request.url ?? '/', 'http://unkind');
  const map = toMap(params);
  return {
    method: url.pathname.split('/').at(-1) ?? '',
    path: url.pathname,
    params: map,
    commands: Object.fromEntries(
      Object.entries(toMap(map['cmd'])).map(([key, command]) => [
        key,
        decodeURIComponent(String(command)),
      ]),
    ),
  };
}

function toMap(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {};
}

function send(response: ServerResponse, reply: Reply): void {
  const { status = 200, body = { result: true }, headers = {}, trouble } = reply;
  if (trouble === 'hang') return;
  if (trouble === 'cut') {
    response.destroy();
    return;
  }
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/html' : 'application/json';
  response.writeHead(status, { 'content-type': type, ...headers });
  if (trouble === 'trickle') {
    response.write(text.slice(0, 5));
    response.destroy();
    return;
  }
  response.end(text);
}

/** A batch answer with these values and errors; everything else is empty, as PHP writes it. */
export function batchBody(
  values: Readonly<Record<string, unknown>>,
  errors: Readonly<Record<string, unknown>> = {},
): unknown {
  const orList = (map: Readonly<Record<string, unknown>>): unknown =>
    Object.keys(map).length === 0 ? [] : map;
  return {
    result: {
      result: orList(values),
      result_error: orList(errors),
      result_total: [],
      result_next: [],
      result_time: [],
    },
    time: { start: 1, finish: 2, operating: 0.5, operating_reset_at: 1_800_000_000 },
  };
}

/** What one command answers: a value, or an error; with the marks of a list where it has them. */
export type CommandReply =
  | { readonly value: unknown; readonly total?: number; readonly next?: number }
  | { readonly error: unknown; readonly description?: string };

/** Answers calls and batches alike, command by command; `query` is the decoded query or the JSON body. */
export function byCommand(answer: (method: string, query: string) => CommandReply): Step {
  return (request) => {
    if (request.method !== 'batch')
      return single(answer(request.method, JSON.stringify(request.params)));
    const maps = {
      result: {},
      result_error: {},
      result_total: {},
      result_next: {},
      result_time: [],
    };
    for (const [key, command] of Object.entries(request.commands)) {
      const [method = '', query = ''] = command.split(/\?(.*)/s);
      const reply = answer(method, query);
      if ('error' in reply) {
        Object.assign(maps.result_error, {
          [key]: { error: reply.error, error_description: reply.description ?? '' },
        });
        continue;
      }
      Object.assign(maps.result, { [key]: reply.value });
      if (reply.total !== undefined) Object.assign(maps.result_total, { [key]: reply.total });
      if (reply.next !== undefined) Object.assign(maps.result_next, { [key]: reply.next });
    }
    return { body: { result: maps } };
  };
}

function single(reply: CommandReply): Reply {
  if ('error' in reply) {
    return {
      status: 400,
      body: { error: reply.error, error_description: reply.description ?? '' },
    };
  }
  const { value, total, next } = reply;
  return {
    body: {
      result: value,
      ...(total === undefined ? {} : { total }),
      ...(next === undefined ? {} : { next }),
    },
  };
}
