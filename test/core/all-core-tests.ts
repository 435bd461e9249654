/**
 * Every core test in one module, for the mutation run alone: Jest builds one world per test file, and hundreds of mutants
 * times that many worlds cost an hour. Not a `.test.ts`, so that the ordinary run never takes it. Property tests stay out: the
 * score must not hang on chance, and loading fast-check costs more than all the tables together. So does reading replies: its
 * measure is the labelled sets, whose hundreds of sentences would be read again for every mutant.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = import.meta.dirname;
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts') && !/properties|^replies/.test(file))
  .sort();
for (const file of files) await import(pathToFileURL(join(folder, file)).href);
