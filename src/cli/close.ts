/** `npm run close`. */
import { runClose } from './run-close.ts';
import { startCommand } from './start-command.ts';

await startCommand(runClose);
