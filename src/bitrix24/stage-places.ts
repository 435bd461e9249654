/** Names of directories and stage ids (PORTAL 3.8). */
import type { TicketRef } from '../core/ticket.ts';

export const DEAL = 2;

/** The directory of a pipeline's stages in crm.status.list. */
export function stageDirectoryId(entityTypeId: number, categoryId: number): string {
  if (entityTypeId === DEAL) return categoryId === 0 ? 'DEAL_STAGE' : `DEAL_STAGE_${categoryId}`;
  if (entityTypeId === 31) return `SMART_INVOICE_STAGE_${categoryId}`;
  return `DYNAMIC_${entityTypeId}_STAGE_${categoryId}`;
}

/** The pipeline a stage id names: `C9:WON` → 9, `DT177_7:NEW` → 7, `WON` → the default pipeline of deals. */
export function categoryOfStage(stageId: string, fallback: number): number {
  const match = /^(?:C|DT\d+_)(\d+):/.exec(stageId);
  if (match) return Number(match[1]);
  return stageId.includes(':') ? fallback : 0;
}

/** ENTITY_TYPE of timeline comments. */
export function timelineType(ref: TicketRef): string {
  return ref.entityTypeId === DEAL ? 'deal' : `dynamic_${ref.entityTypeId}`;
}

export function cardPath(ref: TicketRef): string {
  return ref.entityTypeId === DEAL
    ? `/crm/deal/details/${ref.id}/`
    : `/crm/type/${ref.entityTypeId}/details/${ref.id}/`;
}
