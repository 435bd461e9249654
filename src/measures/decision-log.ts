/**
 * One line of the log for each decision: what stands in the journal has been decided, and nothing else has. Its fields are those that
 * docs/RUNBOOK.md names; a reason in somebody's own words stays in the journal.
 */
import type { Log } from '../app/ports/runtime.ts';
import type { Journal, JournalEntry } from '../app/ports/state.ts';
import type { JournalKind } from '../core/journal-entry.ts';
import { pipelineKey } from '../core/policy.ts';
import { refKey } from '../core/ticket.ts';

/** Decisions after which somebody should look. */
const LOUD: ReadonlySet<JournalKind> = new Set<JournalKind>([
  'return-refused',
  'stopped',
  'alert',
  'closing-not-verified',
  'vanished',
]);

/** Details that hold codes and counts whatever the kind of the line; any other is left to the journal. */
const ABOUT = [
  'kind',
  'channel',
  'why',
  'code',
  'problem',
  'answer',
  'led',
  'contradicts',
  'source',
  'action',
  'decision',
  'rule',
  'criteria',
  'blockers',
  'cause',
  'returns',
  'thanks',
  'byClient',
  'run',
  'chosen',
  'ready',
  'mode',
  'changes',
  'template',
  'tickets',
] as const;
/** A code is no sentence: what looks otherwise is left out, whoever wrote it there. */
const CODE = /^[\w.:,/-]{1,120}$/;

/** The same journal; each line that it took is told, in the words of codes. */
export function loggedJournal(journal: Journal, log: Log): Journal {
  return {
    ...journal,
    async append(portalId, entries) {
      await journal.append(portalId, entries);
      for (const entry of entries) {
        const level = LOUD.has(entry.kind) ? 'warn' : 'info';
        log[level](fieldsOf(portalId, entry), 'decision');
      }
    },
  };
}

function fieldsOf(portalId: string, entry: JournalEntry): Readonly<Record<string, unknown>> {
  const { ref, pipeline, kind, outcome, closedBy, cycle, movedBy, policyVersion, from, to } = entry;
  const about = aboutOf(entry);
  return {
    portalId,
    ...(ref && { ticket: refKey(ref) }),
    ...(pipeline && { pipeline: pipelineKey(pipeline) }),
    decision: kind,
    ...(outcome !== null && { outcome }),
    ...(closedBy !== undefined && { closedBy }),
    ...(cycle !== undefined && { cycle }),
    ...(policyVersion > 0 && { policyVersion }),
    ...(movedBy > 0 && { movedBy }),
    ...(from !== '' && { from }),
    ...(to !== '' && { to }),
    ...missing(entry),
    ...(Object.keys(about).length > 0 && { about }),
  };
}

/** Which clauses of the regulation speak against it, and what is missing. */
function missing({ results }: JournalEntry): Readonly<Record<string, readonly string[]>> {
  const unmet = results.filter(({ verdict }) => verdict.status === 'unmet');
  if (unmet.length === 0) return {};
  const gaps = unmet.flatMap(({ verdict }) => (verdict.status === 'unmet' ? verdict.gaps : []));
  return {
    clauses: [...new Set(unmet.map(({ clause }) => clause))],
    gaps: [...new Set(gaps.map(({ code }) => code))],
  };
}

function aboutOf({ detail }: JournalEntry): Readonly<Record<string, string | number>> {
  return Object.fromEntries(
    ABOUT.flatMap((key) => {
      const value = detail[key];
      const code = typeof value === 'number' || (value !== undefined && CODE.test(value));
      return code ? [[key, value]] : [];
    }),
  );
}
