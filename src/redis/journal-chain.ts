/**
 * The journal's chain: each line carries the hash of the one before, so that an edit, a removal or a reordering shows. A
 * line's hash is SHA-256 over its predecessor's hash, its number and its canonical text.
 */
import { createHash } from 'node:crypto';
import type { ChainProblem, ChainReport } from '../app/ports/journal.ts';

export interface ChainLink {
  readonly seq: number;
  readonly hash: string;
}

export const BEFORE_ALL: ChainLink = { seq: 0, hash: '' };

/** A line as it stands in the stream; without a link it is older than the chain. */
export interface RawLine {
  readonly id: string;
  readonly body: string;
  readonly link: { readonly seq: number; readonly prev: string; readonly hash: string } | null;
  /** Words kept beside the line that are not the ones it was written with. */
  readonly wordsChanged: boolean;
}

/** Problems told by name; the rest are counted. */
const MAX_TOLD = 20;

/** JSON with sorted keys and nothing undefined: the same text for the same content. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

export function linkHash(prev: string, seq: number, body: string): string {
  return createHash('sha256').update(`${prev}\n${seq}\n${body}`).digest('hex');
}

/** Follows the chain line by line. */
export function followChain(anchor: ChainLink) {
  const problems: ChainProblem[] = [];
  let found = 0;
  let before = 0;
  let linked = 0;
  let last = anchor;
  const tell = (code: ChainProblem['code'], seq: number): void => {
    found += 1;
    if (problems.length < MAX_TOLD) problems.push({ code, seq });
  };
  return {
    add({ body, link, wordsChanged }: Omit<RawLine, 'id'>): void {
      if (link === null) {
        if (linked === 0) before += 1;
        else tell('foreign', last.seq);
        return;
      }
      linked += 1;
      const expected = last.seq + 1;
      if (link.seq > expected) tell('missing', expected);
      else if (link.seq < expected) tell('reordered', link.seq);
      else if (link.prev !== last.hash) tell('relinked', link.seq);
      if (linkHash(link.prev, link.seq, body) !== link.hash || wordsChanged)
        tell('edited', link.seq);
      last = { seq: link.seq, hash: link.hash };
    },
    /** @param head the newest link the store remembers */
    end(head: ChainLink): ChainReport {
      if (last.seq < head.seq) tell('missing', last.seq + 1);
      else if (last.seq > head.seq || last.hash !== head.hash) tell('relinked', last.seq);
      return {
        intact: found === 0,
        beforeChain: before,
        linked,
        anchorSeq: anchor.seq,
        head: last,
        problems,
        problemCount: found,
      };
    },
  };
}
