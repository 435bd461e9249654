/** Names of the journal's keys of one portal. */
import type { Keys } from './keys.ts';

export function journalKeys(keys: Keys, portalId: string) {
  const name = (suffix: string): string => keys.portal(portalId, `journal${suffix}`);
  return {
    stream: name(''),
    /** Newest link and, after the first trimming, the anchor. */
    head: name(':head'),
    /** Lines that must not come twice, by when they came. */
    once: name(':once'),
    /** Words by line number. */
    sealed: name(':sealed'),
    /** Pipelines with counters. */
    pipelines: name(':pipelines'),
    /** Ticket → name, name → ticket, and when each ticket last had a line. */
    tickets: name(':tickets'),
    names: name(':names'),
    times: name(':times'),
    /** Ids of each ticket's lines by the ticket's name, oldest first. */
    lines: name(':lines'),
    /** Of a day, or of a month. */
    counters: (pipeline: string, span: string): string => name(`:counters:${pipeline}:${span}`),
    /** The same by agent, apart: a report of everybody does not read them. */
    agents: (pipeline: string, span: string): string => name(`:counters:${pipeline}:${span}:by`),
  };
}
export type JournalKeys = ReturnType<typeof journalKeys>;
