/** `npm run outbox`. */
import { runOutbox } from './run-outbox.ts';
import { startCommand } from './start-command.ts';

await startCommand(runOutbox);
