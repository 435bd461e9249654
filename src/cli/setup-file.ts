/** `npm run setup -- --file policy.json`: the document of another day, pipeline or portal. */
import { readFile } from 'node:fs/promises';
import type { PolicyDocument } from '../app/ports/settings.ts';
import type { Tools } from '../app/ports/tools.ts';
import type { Finding } from '../app/settings/check-policy.ts';
import { resolveHere } from '../app/settings/policy-document.ts';
import type { Resolved } from '../app/settings/resolve-document.ts';
import { proposedPolicy } from '../app/settings/settings-deps.ts';
import type { PipelineFacts, SetupRequest } from '../app/setup-pipeline-draft.ts';
import { AppError } from '../errors.ts';
import type { Complaint } from './parsed-args.ts';

export type DocumentFile =
  | { readonly kind: 'read'; readonly document: PolicyDocument }
  | { readonly kind: 'refused'; readonly complaints: readonly Complaint[] };

/** Every problem of the document at once, each with its place. */
export async function readDocumentFile(
  path: string,
  { readDocument }: Pick<Tools, 'readDocument'>,
): Promise<DocumentFile> {
  let document: unknown;
  try {
    document = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    const key = error instanceof SyntaxError ? 'setup.file-no-json' : 'setup.file-unreadable';
    return { kind: 'refused', complaints: [{ key, params: { file: path } }] };
  }
  const reading = readDocument(document);
  if (reading.ok) return { kind: 'read', document: reading };
  const complaints = reading.problems.map(({ path: place, message }) => ({
    key: 'settings.note.shape',
    params: { path: place, message },
  }));
  return { kind: 'refused', complaints };
}

/** The document in the portal's own terms; what other options choose is no longer to be chosen. Throws portal faults. */
export async function importHere(
  document: PolicyDocument,
  request: Required<SetupRequest>,
  facts: PipelineFacts,
  tools: Tools,
): Promise<Resolved> {
  const look = await tools.settings.look(request.pipeline);
  if (look === null) {
    throw new AppError('portal-rejected', 'The pipeline was not found: check the --pipeline.');
  }
  const about = { tickets: facts.tickets, language: 'ru', userId: facts.appUserId } as const;
  const scene = { look, previous: facts.previous, broken: false };
  const base = proposedPolicy(scene, { tools }, about);
  const resolved = await resolveHere(document, { look, base }, { tools });
  const toChoose = resolved.toChoose.filter((one) => !isChosen(one, request));
  return { ...resolved, toChoose };
}

const OPTION_OF: Readonly<Record<string, string>> = {
  returnStage: 'returnStage',
  diagnostics: 'diagnostics',
  leads: 'lead',
  overriders: 'overriders',
};

function isChosen(
  { path, params }: Finding,
  { stages, settings }: Required<SetupRequest>,
): boolean {
  const [head = '', key = ''] = path.split('.');
  const given = (option: string): boolean => settings.some((one) => one.key === option);
  if (head === 'stages') return stages.some(({ value }) => value === params['role']);
  if (head === 'fields') return given(`field.${key}`);
  if (head === 'options') return given(`items.${key}`) || given(`field.${key}`);
  return given(OPTION_OF[head] ?? '');
}
