/** The words of the command line: part of the composition, so that cli/ does not know text/. */
export { sayByName as say } from './text/catalog.ts';
