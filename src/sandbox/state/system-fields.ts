import { parsePortalTime } from '../clock.ts';
import type { StageBook } from './stage-book.ts';
import type { Ticket } from './records.ts';

export type Stored = null | string | number | readonly (string | number)[];
export type ColumnKind = 'number' | 'string' | 'time' | 'boolean-uf';

/** One standard field of a ticket: how crm.item.* reads it, and writes it where it may. */
export interface SystemField {
  readonly name: string;
  /** As crm.item.fields names the type. */
  readonly type: string;
  readonly kind: ColumnKind;
  readonly multiple: boolean;
  readonly only: 'deal' | 'spa' | null;
  read(ticket: Ticket, book: StageBook): Stored;
  /** Undefined for a read-only field: crm.item.update ignores it silently. */
  readonly write?: {
    /** Undefined when the value is not valid. */
    parse(input: unknown): Stored | undefined;
    apply(ticket: Ticket, value: Stored): void;
  };
}

type Read = (ticket: Ticket, book: StageBook) => Stored;

function field(name: string, type: string, kind: ColumnKind, read: Read): SystemField {
  return { name, type, kind, multiple: false, only: null, read };
}

function onlyFor(only: 'deal' | 'spa', base: SystemField): SystemField {
  return { ...base, only };
}

type TextKey =
  'title' | 'sourceId' | 'sourceDescription' | 'originatorId' | 'originId' | 'xmlId' | 'comments';

function text(name: TextKey, type = 'string'): SystemField {
  return {
    ...field(name, type, 'string', (t) => t[name]),
    write: {
      parse: (input) =>
        typeof input === 'string' || typeof input === 'number' ? String(input) : undefined,
      apply: (t, value) => {
        t[name] = String(value ?? '');
      },
    },
  };
}

function number(name: 'assignedById' | 'companyId', type: string): SystemField {
  return {
    ...field(name, type, 'number', (t) => t[name]),
    write: {
      parse: parseId,
      apply: (t, value) => {
        t[name] = Number(value);
      },
    },
  };
}

function ids(name: 'contactIds' | 'observers', type: string): SystemField {
  return {
    ...field(name, type, 'number', (t) => t[name]),
    multiple: true,
    write: {
      parse: (input) => {
        if (typeof input !== 'object' || input === null) return undefined;
        const list = Object.values(input).map(parseId);
        return list.every((id) => id !== undefined) ? list : undefined;
      },
      apply: (t, value) => {
        t[name] = Array.isArray(value) ? value.map(Number) : [];
      },
    },
  };
}

function day(name: 'begindate' | 'closedate'): SystemField {
  return {
    ...field(name, 'date', 'time', (t) => t[name]),
    write: {
      parse: (input) => (typeof input === 'string' ? parsePortalTime(input) : undefined),
      apply: (t, value) => {
        t[name] = Number(value);
      },
    },
  };
}

function parseId(input: unknown): number | undefined {
  if (typeof input !== 'number' && typeof input !== 'string') return undefined;
  const id = Number(input);
  return Number.isInteger(id) && id >= 0 && input !== '' ? id : undefined;
}

const time = (
  name: 'createdTime' | 'updatedTime' | 'movedTime' | 'lastActivityTime',
): SystemField => field(name, 'datetime', 'time', (t) => t[name]);
const user = (name: 'createdBy' | 'updatedBy' | 'movedBy'): SystemField =>
  field(name, 'user', 'number', (t) => t[name]);

const contactId: SystemField = {
  ...field('contactId', 'crm_contact', 'number', (t) => t.contactIds[0] ?? 0),
  write: {
    parse: parseId,
    apply: (t, value) => {
      t.contactIds = Number(value) === 0 ? [] : [Number(value)];
    },
  },
};

const opened: SystemField = {
  ...field('opened', 'boolean', 'string', (t) => t.opened),
  write: {
    parse: (input) => (['true', 'y', 'Y'].includes(String(input)) ? 'Y' : 'N'),
    apply: (t, value) => {
      t.opened = value === 'Y' ? 'Y' : 'N';
    },
  },
};

/** stageId and categoryId are written by the move itself (state/change-ticket.ts), not field by field. */
export const SYSTEM_FIELDS: readonly SystemField[] = [
  field('id', 'integer', 'number', (t) => t.id),
  text('title'),
  field('categoryId', 'crm_category', 'number', (t) => t.categoryId),
  field('stageId', 'crm_status', 'string', (t) => t.stageId),
  field('previousStageId', 'crm_status', 'string', (t) => t.previousStageId),
  onlyFor(
    'deal',
    field('stageSemanticId', 'string', 'string', (t, b) => b.semanticOf(2, t.stageId)),
  ),
  onlyFor(
    'deal',
    field('closed', 'boolean', 'string', (t, b) =>
      b.semanticOf(2, t.stageId) === 'P' ? 'N' : 'Y',
    ),
  ),
  number('assignedById', 'user'),
  opened,
  user('createdBy'),
  user('updatedBy'),
  user('movedBy'),
  time('createdTime'),
  time('updatedTime'),
  time('movedTime'),
  field('lastActivityBy', 'user', 'number', (t) => t.updatedBy),
  time('lastActivityTime'),
  day('begindate'),
  day('closedate'),
  number('companyId', 'crm_company'),
  contactId,
  ids('contactIds', 'crm_contact'),
  ids('observers', 'user'),
  text('sourceId', 'crm_status'),
  text('sourceDescription'),
  onlyFor('deal', text('originatorId')),
  onlyFor('deal', text('originId')),
  onlyFor('deal', text('comments')),
  onlyFor('spa', text('xmlId')),
];

export function systemFieldsOf(entityTypeId: number): SystemField[] {
  const kind = entityTypeId === 2 ? 'deal' : 'spa';
  return SYSTEM_FIELDS.filter((f) => f.only === null || f.only === kind);
}
