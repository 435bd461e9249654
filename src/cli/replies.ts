/** `npm run replies`. */
import { runReplies } from './run-replies.ts';
import { startCommand } from './start-command.ts';

await startCommand(runReplies);
