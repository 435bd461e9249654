import type { Portal } from '../state/portal.ts';

const CAMEL: Readonly<Record<string, string>> = {
  ONCRMDEALADD: 'onCrmDealAdd',
  ONCRMDEALUPDATE: 'onCrmDealUpdate',
  ONCRMDEALDELETE: 'onCrmDealDelete',
  ONCRMDYNAMICITEMADD: 'onCrmDynamicItemAdd',
  ONCRMDYNAMICITEMUPDATE: 'onCrmDynamicItemUpdate',
  ONCRMDYNAMICITEMDELETE: 'onCrmDynamicItemDelete',
  ONCRMACTIVITYADD: 'onCrmActivityAdd',
  ONCRMACTIVITYUPDATE: 'onCrmActivityUpdate',
  ONCRMTIMELINECOMMENTADD: 'onCrmTimelineCommentAdd',
  ONCRMTIMELINEITEMACTION: 'onCrmTimelineItemAction',
};

/** The code as bodies spell it (doubt C6). */
export function spelledCode(portal: Portal, code: string): string {
  return portal.doubts.eventCodeCase === 'camel' ? (CAMEL[code] ?? code) : code;
}
