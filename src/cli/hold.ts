/** `npm run hold`. */
import { runHold } from './run-hold.ts';
import { startCommand } from './start-command.ts';

await startCommand(runHold);
