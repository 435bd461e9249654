/** `npm run doctor`. */
import { runDoctor } from './run-doctor.ts';
import { startCommand } from './start-command.ts';

await startCommand(runDoctor);
