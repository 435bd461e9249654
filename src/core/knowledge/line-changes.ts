/** What differs between two texts, line by line: for showing a person before anything is written. */

export interface LineChange {
  readonly kind: 'added' | 'removed';
  readonly text: string;
}

/** Beyond this many differing lines the middle is not matched: all old lines count as removed, all new as added. */
const MAX_MATCHED = 800;

export function lineChanges(before: string, after: string): readonly LineChange[] {
  const old = before.split('\n');
  const fresh = after.split('\n');
  let start = 0;
  while (start < Math.min(old.length, fresh.length) && old[start] === fresh[start]) start += 1;
  let end = 0;
  while (
    end < Math.min(old.length, fresh.length) - start &&
    old[old.length - 1 - end] === fresh[fresh.length - 1 - end]
  ) {
    end += 1;
  }
  const left = old.slice(start, old.length - end);
  const right = fresh.slice(start, fresh.length - end);
  return left.length * right.length > MAX_MATCHED ** 2 ? whole(left, right) : matched(left, right);
}

const change = (kind: LineChange['kind'], text: string): LineChange => ({ kind, text });

function whole(left: readonly string[], right: readonly string[]): readonly LineChange[] {
  return [
    ...left.map((text) => change('removed', text)),
    ...right.map((text) => change('added', text)),
  ];
}

/** How long the longest common subsequence of the rests from line i and line j is: the usual table. */
function commonLengths(
  left: readonly string[],
  right: readonly string[],
): (i: number, j: number) => number {
  const width = right.length + 1;
  const longest = new Uint16Array((left.length + 1) * width);
  const at = (i: number, j: number): number => longest[i * width + j] ?? 0;
  for (let i = left.length - 1; i >= 0; i -= 1) {
    for (let j = right.length - 1; j >= 0; j -= 1) {
      longest[i * width + j] =
        left[i] === right[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  return at;
}

function matched(left: readonly string[], right: readonly string[]): readonly LineChange[] {
  const common = commonLengths(left, right);
  const changes: LineChange[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length && j < right.length) {
    if (left[i] === right[j]) {
      i += 1;
      j += 1;
    } else if (common(i + 1, j) >= common(i, j + 1)) {
      changes.push(change('removed', left[i] ?? ''));
      i += 1;
    } else {
      changes.push(change('added', right[j] ?? ''));
      j += 1;
    }
  }
  return [...changes, ...whole(left.slice(i), right.slice(j))];
}
