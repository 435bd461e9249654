/** `npm run report`. */
import { runReport } from './run-report.ts';
import { startCommand } from './start-command.ts';

await startCommand(runReport);
