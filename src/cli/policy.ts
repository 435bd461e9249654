/** `npm run policy`. */
import { runPolicy } from './run-policy.ts';
import { startCommand } from './start-command.ts';

await startCommand(runPolicy);
