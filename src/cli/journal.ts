/** `npm run journal`. */
import { runJournal } from './run-journal.ts';
import { startCommand } from './start-command.ts';

await startCommand(runJournal);
