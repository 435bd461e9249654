/** Previews for the command line: part of the composition, so that cli/ does not know text/. */
export { CLIENT_PREVIEWS, previewClientMessage } from './text/client-preview.ts';
