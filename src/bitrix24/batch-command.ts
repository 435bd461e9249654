/** Writes one command of a v2 batch: `method?query` with PHP-style nested keys (PORTAL 10.4). */

/** A value taken by the portal from an earlier answer of the same batch: `$result[key][field]`. */
export class ResultRef {
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }
}

export type ParamValue =
  | string
  | number
  | null
  | ResultRef
  | readonly ParamValue[]
  | { readonly [key: string]: ParamValue };
export type Params = Readonly<Record<string, ParamValue>>;

export interface BatchCommand {
  /** Unique in the batch; a letter first, so that PHP never turns the map into a list. */
  readonly key: string;
  readonly method: string;
  readonly params: Params;
  /** Refers to the command right before it, so that both must travel in one request. */
  readonly chained?: true;
}

export function encodeCommand(command: BatchCommand): string {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(command.params)) {
    append(pairs, encodeURIComponent(name), value);
  }
  return pairs.length > 0 ? `${command.method}?${pairs.join('&')}` : command.method;
}

function append(pairs: string[], name: string, value: ParamValue): void {
  if (value === null || typeof value === 'string' || typeof value === 'number') {
    pairs.push(`${name}=${encodeURIComponent(inert(String(value ?? '')))}`);
  } else if (value instanceof ResultRef) {
    pairs.push(`${name}=${value.path}`);
  } else {
    for (const [key, item] of Object.entries(value)) {
      append(pairs, `${name}[${encodeURIComponent(key)}]`, item);
    }
  }
}

/** A text somebody typed must not be taken for a reference: a word joiner (invisible) breaks the spell. */
function inert(text: string): string {
  return text.replaceAll('$result[', '$result\u2060[');
}

/** Cuts commands into requests of at most `size`, never between a command and the one it refers to. */
export function inRequests<Command extends BatchCommand>(
  commands: readonly Command[],
  size: number,
): readonly (readonly Command[])[] {
  const requests: Command[][] = [];
  let request: Command[] = [];
  for (let from = 0; from < commands.length;) {
    let to = from + 1;
    while (commands[to]?.chained) to += 1;
    if (request.length > 0 && request.length + to - from > size) {
      requests.push(request);
      request = [];
    }
    request.push(...commands.slice(from, to));
    from = to;
  }
  return request.length > 0 ? [...requests, request] : requests;
}
