/** `npm run release`. */
import { runRelease } from './run-release.ts';
import { startCommand } from './start-command.ts';

await startCommand(runRelease);
