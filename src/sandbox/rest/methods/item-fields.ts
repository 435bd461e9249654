import type { Portal } from '../../state/portal.ts';
import { fieldLabel, parentField } from '../../state/change-ticket.ts';
import { directoryId } from '../../state/stage-book.ts';
import { visibleFields } from './show-ticket.ts';

/** crm.item.fields: `isRequired` is static; what a stage requires is not visible here. */
export function itemFields(
  portal: Portal,
  entityTypeId: number,
  original: boolean,
): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  const main = portal.stages.pipelines.find((p) => p.entityTypeId === entityTypeId && p.isDefault);
  for (const field of visibleFields(portal, entityTypeId)) {
    const writable = field.write !== undefined || ['stageId', 'categoryId'].includes(field.name);
    fields[field.name] = {
      type: field.type,
      isRequired: false,
      isReadOnly: !writable,
      isImmutable: false,
      isMultiple: field.multiple,
      isDynamic: false,
      title: field.name,
      upperName: field.name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase(),
      ...(field.name === 'stageId'
        ? { statusType: directoryId(entityTypeId, main?.categoryId ?? 0) }
        : {}),
    };
  }
  for (const parent of portal.stages.relations.parentsOf(entityTypeId)) {
    fields[parentField(parent).name] = describeParent(parent);
  }
  for (const field of portal.customFields.of(entityTypeId)) {
    fields[original ? field.name : field.camelName] = {
      type: field.type,
      isRequired: field.mandatory,
      isReadOnly: false,
      isImmutable: false,
      isMultiple: field.multiple,
      isDynamic: true,
      title: fieldLabel(field),
      upperName: field.name,
      ...(field.type === 'enumeration'
        ? { items: field.items.map((i) => ({ ID: String(i.id), VALUE: i.value })) }
        : {}),
      settings: field.settings,
    };
  }
  return fields;
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
