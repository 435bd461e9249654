/** The audit's page for the command line: part of the composition, so that cli/ does not know text/. */
export { renderAuditPage } from './text/audit/audit-page.ts';
