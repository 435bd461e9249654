/** `npm run template`. */
import { CLIENT_PREVIEWS, previewClientMessage } from '../message-previews.ts';
import { runTemplate } from './run-template.ts';
import { startCommand } from './start-command.ts';

await startCommand(async (argv, context) =>
  runTemplate(argv, context, { ...CLIENT_PREVIEWS, preview: previewClientMessage }),
);
