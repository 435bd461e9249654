/** A part of the report as its address. */
import type { ReportFilter } from '../../../core/report/figures.ts';

export function queryOf(
  { from, to, pipeline, agent }: ReportFilter,
  more: Readonly<Record<string, string>> = {},
): string {
  const query = new URLSearchParams({ from, to });
  if (pipeline !== null) query.set('pipeline', pipeline);
  if (agent !== null) query.set('agent', String(agent));
  for (const [key, value] of Object.entries(more)) if (value !== '') query.set(key, value);
  return query.toString();
}
