/** The audit as one document; its shape is told in docs/AUDIT.md and only grows. */
import type { PastAudit } from '../app/audit-past.ts';
import { headlineOf, notesOf, personName } from '../app/audit-words.ts';
import type { Speak } from '../app/audit-words.ts';
import { blindCriteria } from '../core/audit/blind-criteria.ts';
import type { PastClosing } from '../core/audit/past-closing.ts';
import { pipelineKey } from '../core/policy.ts';
import { refKey } from '../core/ticket.ts';
import type { TicketRef } from '../core/ticket.ts';

const SCHEMA = 1;

export function auditDocument(
  audit: PastAudit,
  speak: Speak,
  link: (ref: TicketRef) => string,
): string {
  const { sums } = audit;
  const { judged, passes, fails, unclear, ungated, failedBeforeFields } = sums;
  const closings = judged + ungated;
  const document = {
    schema: SCHEMA,
    headline: headlineOf(audit, speak),
    since: iso(audit.since),
    until: iso(audit.until),
    days: audit.days,
    timeZone: audit.timeZone,
    pipelines: audit.pipelines.map(({ policy, name, source }) => ({
      pipeline: pipelineKey(policy.pipeline),
      name,
      policy: source,
      version: policy.version,
      mode: policy.mode,
      stages: policy.stages,
      notJudged: blindCriteria(policy),
    })),
    summary: { closings, judged, passes, fails, unclear, ungated, failedBeforeFields },
    criteria: sums.criteria.map((row) => ({ ...row, name: speak(`criterion.${row.id}`) })),
    gaps: sums.gaps,
    people: sums.people.map((row) => ({ ...row, name: personName(row.userId, audit, speak) })),
    byDay: sums.days,
    closings: audit.closings.map((one) => ({
      ...closingOf(one, audit, speak),
      link: link(one.ref),
    })),
    notes: notesOf(audit, speak),
  };
  return JSON.stringify(document, null, 2);
}

const iso = (at: number): string => new Date(at).toISOString();

function closingOf(one: PastClosing, audit: PastAudit, speak: Speak) {
  const person = (id: number) => ({ id, name: personName(id, audit, speak) });
  return {
    ticket: refKey(one.ref),
    title: one.title,
    pipeline: pipelineKey(one.pipeline),
    stage: one.stageId,
    closedAt: iso(one.closedAt),
    mover: person(one.moverId),
    assignee: person(one.assigneeId),
    verdict: one.verdict,
    ungatedWhy: one.ungatedWhy,
    outcome: one.outcome,
    beforeFields: one.beforeFields,
    gaps: one.gaps.map(({ code, params }) => ({ code, text: speak(`brief.${code}`, params) })),
    criteria: Object.fromEntries(one.results.map(({ id, verdict }) => [id, verdict.status])),
  };
}
