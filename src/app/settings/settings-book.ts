/** What the form offers to choose from, in the reader's language. */
import type {
  Choice,
  PortalFieldChoice,
  SettingsBook,
  SettingsField,
} from '../../core/admin/settings-state.ts';
import { looksOwn } from '../../core/own-field-name.ts';
import { CLIENT_CHANNELS } from '../../core/policy.ts';
import { regulationPreset } from '../../core/regulation-preset.ts';
import { OUTCOMES } from '../../core/ticket.ts';
import type { PipelineLook } from '../ports/settings.ts';
import type { CrmField, FieldSpec } from '../ports/setup.ts';
import type { Language } from '../ports/texts.ts';
import { STAGE_ROLES } from '../setup-pipeline-draft.ts';
import { SETTING_RANGES, STRICTNESSES } from '../setup-pipeline-settings.ts';
import { fittingFields, ownFieldOf } from './field-fits.ts';
import type { Speak } from './settings-deps.ts';
import { roleText } from './settings-words.ts';

export function settingsBook(
  look: PipelineLook,
  specs: readonly FieldSpec[],
  { language, speak }: { readonly language: Language; readonly speak: Speak },
): SettingsBook {
  const choices = <Code extends string>(
    codes: readonly Code[],
    label: (code: Code) => string,
  ): readonly Choice<Code>[] => codes.map((code) => ({ code, label: label(code) }));
  return {
    stages: look.stages.map(({ stageId, name, semantics }) => ({ stageId, name, semantics })),
    roles: choices(STAGE_ROLES, (role) => roleText(role, speak)),
    fields: specs.map((spec) => fieldOf(spec, look.fields, language)),
    categoryFields: look.fields.filter(namesCategory).map(choiceOf),
    criteria: regulationPreset().criteria.map(({ id, clause, strictness, outcomes }) => ({
      id,
      clause,
      clauseName: speak(`clause.${clause}`),
      title: speak(`criterion.${id}`),
      preset: { strictness, outcomes },
    })),
    strictnesses: choices(STRICTNESSES, (code) => speak(`journal.strictness.${code}`)).map(
      (one) => ({ ...one, about: speak(`settings.strictness.${one.code}`) }),
    ),
    outcomes: choices(OUTCOMES, (code) => speak(`field.outcome.${code}`)),
    channels: choices(CLIENT_CHANNELS, (code) => speak(`settings.channel.${code}`)),
    limits: SETTING_RANGES,
  };
}

function fieldOf(spec: FieldSpec, fields: readonly CrmField[], language: Language): SettingsField {
  return {
    key: spec.key,
    label: spec.label[language],
    type: spec.type,
    service: spec.service,
    own: ownFieldOf(spec.key, fields)?.name ?? null,
    existing: fittingFields(spec, fields).map(choiceOf),
    codes: spec.items.map(({ code, label }) => ({ code, label: label[language] })),
  };
}

/** A short value that names a kind: a list item or a word. */
function namesCategory({ name, type, multiple }: CrmField): boolean {
  return !looksOwn(name) && !multiple && ['enumeration', 'string', 'integer'].includes(type);
}

function choiceOf({ name, label, items }: CrmField): PortalFieldChoice {
  return { name, label, items: items ?? [] };
}
