/** `npm run lists`. */
import { runLists } from './run-lists.ts';
import { startCommand } from './start-command.ts';

await startCommand(runLists);
