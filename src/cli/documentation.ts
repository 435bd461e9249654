/** `npm run documentation`. */
import { runDocumentation } from './run-documentation.ts';
import { startCommand } from './start-command.ts';

await startCommand(runDocumentation);
