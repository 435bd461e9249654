/** `npm run setup`. */
import { runSetup } from './run-setup.ts';
import { startCommand } from './start-command.ts';

await startCommand(runSetup);
