/** `npm run backup`. */
import { openStateCopy } from '../compose-backup.ts';
import { loadConfig } from '../config.ts';
import { runBackup } from './run-backup.ts';
import { startCommand } from './start-command.ts';

await startCommand((argv, context) => {
  return runBackup(argv, context, () => openStateCopy(loadConfig('tools')));
});
