/** `npm run kb`. */
import { runKb } from './run-kb.ts';
import { startCommand } from './start-command.ts';

await startCommand(runKb);
