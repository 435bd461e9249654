import type { Portal } from '../../state/portal.ts';
import type { CustomField } from '../../state/records.ts';
import type { SystemField } from '../../state/system-fields.ts';
import { fieldLabel, parentField } from '../../state/change-ticket.ts';
import { directoryId } from '../../state/stage-book.ts';
import { visibleFields } from './show-ticket.ts';

/** crm.item.fields: `isRequired` is static; what a stage requires is not visible here. */
export function itemFields(
  portal: Portal,
  entityTypeId: number,
  original: boolean,
): Record<string, unknown> {
  const system = visibleFields(portal, entityTypeId).map(
    (field) => [field.name, describeSystem(portal, entityTypeId, field)] as const,
  );
  const parents = portal.stages.relations
    .parentsOf(entityTypeId)
    .map((parent) => [parentField(parent).name, describeParent(parent)] as const);
  const custom = portal.customFields
    .of(entityTypeId)
    .map((field) => [original ? field.name : field.camelName, describeCustom(field)] as const);
  return Object.fromEntries([...system, ...parents, ...custom]);
}

function describeSystem(
  portal: Portal,
  entityTypeId: number,
  field: SystemField,
): Record<string, unknown> {
  const main = portal.stages.pipelines.find((p) => p.entityTypeId === entityTypeId && p.isDefault);
  const statusType = directoryId(entityTypeId, main?.categoryId ?? 0);
  return {
    type: field.type,
    isRequired: false,
    isReadOnly: field.write === undefined && !['stageId', 'categoryId'].includes(field.name),
    isImmutable: false,
    isMultiple: field.multiple,
    isDynamic: false,
    title: field.name,
    upperName: field.name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase(),
    ...(field.name === 'stageId' ? { statusType } : {}),
  };
}

function describeParent(parent: number): Record<string, unknown> {
  const { name, type } = parentField(parent);
  return {
    type,
    isRequired: false,
    isReadOnly: false,
    isImmutable: false,
    isMultiple: false,
    isDynamic: false,
    title: name,
    settings: { parentEntityTypeId: parent },
    upperName: `PARENT_ID_${parent}`,
  };
}

function describeCustom(field: CustomField): Record<string, unknown> {
  const items = field.items.map((item) => ({ ID: String(item.id), VALUE: item.value }));
  return {
    type: field.type,
    isRequired: field.mandatory,
    isReadOnly: false,
    isImmutable: false,
    isMultiple: field.multiple,
    isDynamic: true,
    title: fieldLabel(field),
    upperName: field.name,
    ...(field.type === 'enumeration' ? { items } : {}),
    settings: field.settings,
  };
}
