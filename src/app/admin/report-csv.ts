/** The report as a table for a spreadsheet: the command's own. */
import { closingReport } from '../../core/report/closing-report.ts';
import type { ReportFilter } from '../../core/report/figures.ts';
import { reportCsv, reportSections } from '../report-words.ts';
import type { AdminDeps, AdminUser } from './admin-deps.ts';
import { ofFilter, reportCounters } from './report.ts';
import { peopleNames } from './report-names.ts';

export async function reportFile(
  filter: ReportFilter,
  separator: ';' | ',',
  { user, deps }: { readonly user: Pick<AdminUser, 'language'>; readonly deps: AdminDeps },
): Promise<string> {
  const everyone = await reportCounters(deps.portalId, filter, deps.tools.archive);
  const report = closingReport(ofFilter(everyone, filter));
  const named = [...report.refused.byPerson, ...report.exceptions].map(({ name }) => Number(name));
  const agents = report.agents.map(({ agentId }) => agentId);
  const people = await peopleNames([...new Set([...agents, ...named])], deps);
  const names = new Map([...people].filter(([, name]) => name !== ''));
  const speak = (key: string, params?: Readonly<Record<string, string | number>>): string =>
    deps.say(user.language, key, params);
  return `${reportCsv(reportSections(report, speak, names), separator, speak)}\n`;
}
