/** `npm run audit`. */
import { renderAuditPage } from '../audit-page.ts';
import { runAudit } from './run-audit.ts';
import { startCommand } from './start-command.ts';

await startCommand(async (argv, context) => runAudit(argv, context, renderAuditPage));
