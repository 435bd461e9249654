import { userCode } from '../../state/chats.ts';
import type { Company, Contact } from '../../state/records.ts';
import { compileFilter, compileOrder } from '../filter.ts';
import type { Column } from '../filter.ts';
import type { CallAnswer, CallContext } from '../method.ts';
import { pageMarks, pageOf } from '../paging.ts';
import { intParam, listParam, mapParam } from '../params.ts';
import type { Params } from '../params.ts';
import { RestError } from '../rest-error.ts';

function imolOf(context: CallContext, contact: Contact): string[] {
  return [...context.portal.chats.values()]
    .filter((chat) => chat.bindings.some((b) => b.ownerTypeId === 3 && b.ownerId === contact.id))
    .map((chat) => `imol|${userCode(chat)}`);
}

function show(context: CallContext, contact: Contact, withFm: boolean): Record<string, unknown> {
  const imol = imolOf(context, contact);
  const rows = [
    ...contact.emails.map((value) => ({ typeId: 'EMAIL', valueType: 'WORK', value })),
    ...contact.phones.map((value) => ({ typeId: 'PHONE', valueType: 'WORK', value })),
    ...imol.map((value) => ({ typeId: 'IM', valueType: 'OPENLINE', value })),
  ];
  return {
    id: contact.id,
    name: contact.name,
    lastName: contact.lastName,
    email: contact.emails[0] ?? null,
    emailWork: contact.emails[0] ?? null,
    phone: contact.phones[0] ?? null,
    phoneWork: contact.phones[0] ?? null,
    imol: imol[0] ?? null,
    ...(withFm ? { fm: rows.map((row, i) => ({ id: contact.id * 100 + i + 1, ...row })) } : {}),
    entityTypeId: 3,
  };
}

export function contactAnswer(context: CallContext, params: Params): CallAnswer {
  const contact = context.portal.contacts.get(intParam(params, 'id'));
  if (!contact) throw new RestError(400, 'NOT_FOUND', 'Item not found');
  return { result: { item: show(context, contact, true) } };
}

export function companyAnswer(context: CallContext, params: Params): CallAnswer {
  const company = context.portal.companies.get(intParam(params, 'id'));
  if (!company) throw new RestError(400, 'NOT_FOUND', 'Item not found');
  return { result: { item: showCompany(company) } };
}

function showCompany({ id, title, emails }: Company): Record<string, unknown> {
  const fm = emails.map((value, i) => ({
    id: id * 100 + i + 1,
    typeId: 'EMAIL',
    valueType: 'WORK',
    value,
  }));
  return { id, title, email: emails[0] ?? null, emailWork: emails[0] ?? null, fm, entityTypeId: 4 };
}

/** Companies by id, whole: nothing else is asked of them. */
export function listCompanies(context: CallContext, params: Params): CallAnswer {
  const columns = (name: string): Column<Company> | undefined =>
    name === 'id' ? { kind: 'number', read: (c) => c.id } : undefined;
  const test = compileFilter(mapParam(params, 'filter'), columns);
  const page = pageOf([...context.portal.companies.values()].filter(test), params);
  return { result: { items: page.rows.map(showCompany) }, ...pageMarks(page) };
}

/** Contacts are few: a plain scan. `fm` comes only with select `*`. */
export function listContacts(context: CallContext, params: Params): CallAnswer {
  const columns = (name: string): Column<Contact> | undefined => {
    if (name === 'id') return { kind: 'number', read: (c) => c.id };
    if (name === 'name' || name === 'lastName') return { kind: 'string', read: (c) => c[name] };
    if (name === 'imol') return { kind: 'string', read: (c) => imolOf(context, c) };
    if (name === 'email') return { kind: 'string', read: (c) => [...c.emails] };
    return undefined;
  };
  const test = compileFilter(mapParam(params, 'filter'), columns);
  const rows = [...context.portal.contacts.values()].filter(test);
  rows.sort(compileOrder(mapParam(params, 'order'), columns) ?? ((a, b) => a.id - b.id));
  const page = pageOf(rows, params);
  const select = listParam(params, 'select').map(String);
  const all = select.length === 0 || select.includes('*');
  const items = page.rows.map((contact) => {
    const shown = show(context, contact, select.includes('*'));
    if (all) return shown;
    return Object.fromEntries(Object.entries(shown).filter(([k]) => select.includes(k)));
  });
  return { result: { items }, ...pageMarks(page) };
}
