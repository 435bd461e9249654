import type { IncomingMessage, ServerResponse } from 'node:http';
import { portalTime } from '../clock.ts';
import { CardRefusal } from '../control.ts';
import type { SandboxControl } from '../control.ts';
import { setDoubts } from '../doubts.ts';
import { readBody, sendJson } from '../http/messages.ts';
import { fieldLabel } from '../state/change-ticket.ts';
import type { Portal } from '../state/portal.ts';
import type { Ticket, TicketRef } from '../state/records.ts';
import type { Stats } from '../stats.ts';
import { notesView } from './note-views.ts';
import { boardView, cardView } from './views.ts';
import { textOf } from '../text-of.ts';

export interface UiApi {
  readonly portal: Portal;
  readonly control: SandboxControl;
  readonly stats: Stats;
}

type Body = Readonly<Record<string, unknown>>;
const PREFIX = '/sandbox/api/';

/** The JSON API of the portal's own pages. Loopback only; not a part of Bitrix24. False: not its address. */
export async function serveUi(
  api: UiApi,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (!url.pathname.startsWith(PREFIX)) return false;
  const path = url.pathname.slice(PREFIX.length).split('/').filter(Boolean);
  try {
    const answer =
      request.method === 'POST'
        ? answerPost(api, path, parseBody(request, await readBody(request)))
        : answerGet(api, path, url.searchParams);
    if (answer === undefined) sendJson(response, 404, { error: 'not-found' });
    else sendJson(response, 200, answer);
  } catch (error) {
    if (error instanceof CardRefusal) {
      const fields = error.fields.map((name) => labelOf(api, path, name));
      sendJson(response, 409, { error: error.reason, fields });
    } else if (error instanceof SyntaxError || error instanceof RangeError) {
      sendJson(response, 400, { error: error.message });
    } else throw error;
  }
  return true;
}

/** JSON only: a form posted by another site cannot reach this API. */
function parseBody(request: IncomingMessage, text: string): Body {
  if (!(request.headers['content-type'] ?? '').includes('application/json')) {
    throw new SyntaxError('Content-Type must be application/json');
  }
  const parsed: unknown = text === '' ? {} : JSON.parse(text);
  if (typeof parsed !== 'object' || parsed === null) throw new SyntaxError('Not a JSON object');
  return Object.fromEntries(Object.entries(parsed));
}

function answerGet(api: UiApi, path: readonly string[], query: URLSearchParams): unknown {
  switch (path[0] ?? '') {
    case 'state':
      return boardOf(api, query.get('pipeline'));
    case 'ticket': {
      const ticket = ticketAt(api, path);
      return ticket && cardView(api.portal, api.control, ticket);
    }
    case 'notifications':
      return [...api.control.notifications(Number(query.get('userId')))]
        .reverse()
        .map((n) => ({ id: n.id, at: portalTime(n.at), text: n.text, read: n.read }));
    case 'notes':
      return notesView(api.portal, path[1]);
    case 'doubts':
      return api.portal.doubts;
    case 'stats':
      return api.stats;
    default:
      return undefined;
  }
}

function boardOf({ portal }: UiApi, pipeline: string | null): unknown {
  const first = portal.stages.pipelines[0];
  const fallback = first ? `${first.entityTypeId}:${first.categoryId}` : '2:0';
  const [type, category] = (pipeline ?? fallback).split(':').map(Number);
  return boardView(portal, { entityTypeId: type ?? 2, id: category ?? 0 });
}

function answerPost(api: UiApi, path: readonly string[], body: Body): unknown {
  switch (path.join('/')) {
    case 'tickets': {
      const wanted = {
        entityTypeId: Number(body['entityTypeId']),
        categoryId: Number(body['categoryId']),
        title: textOf(body['title']),
      };
      if (!api.portal.stages.pipeline(wanted.entityTypeId, wanted.categoryId)) {
        throw new RangeError('No such pipeline');
      }
      return { id: api.control.createTicket(wanted, userOf(body)).id };
    }
    case 'notifications/read':
      for (const n of api.control.notifications(userOf(body))) n.read = true;
      api.portal.changed();
      return { ok: true };
    case 'clock/working-day': {
      const now = api.portal.clock.nextWorkingDay();
      api.portal.changed();
      return { now: portalTime(now) };
    }
    case 'doubts': {
      const refused = setDoubts(api.portal.doubts, body);
      if (refused.length > 0)
        throw new RangeError(`No such switch or value: ${refused.join(', ')}`);
      return api.portal.doubts;
    }
    default:
      if (path[0] === 'notes') return actOnNote(api, path, body);
      return path[0] === 'ticket' ? actOnTicket(api, path, body) : undefined;
  }
}

/** Opens an article for editing (its changes are then unsaved), leaves it, or saves it. */
function actOnNote(api: UiApi, [, id, act]: readonly string[], body: Body): unknown {
  if (act === 'save') api.control.saveNote(Number(id), textOf(body['markdown']), userOf(body));
  else if (act === 'edit') api.control.editNote(Number(id), userOf(body));
  else if (act === 'leave') api.control.editNote(Number(id), 0);
  else return undefined;
  return { ok: true };
}

function actOnTicket(api: UiApi, path: readonly string[], body: Body): unknown {
  const ticket = ticketAt(api, path);
  if (!ticket) return undefined;
  const act =
    ACTIONS[
      path
        .slice(3)
        .join('/')
        .replace(/^task\/\d+\/close$/, 'task/close')
    ];
  if (!act) return undefined;
  act(api, ticket, { ...body, taskId: path[4] });
  return { ok: true };
}

const ACTIONS: Readonly<Record<string, (api: UiApi, ticket: Ticket, body: Body) => void>> = {
  move: (api, ticket, body) => {
    api.control.moveTicket(ticket, textOf(body['stageId']), userOf(body));
  },
  fields: (api, ticket, body) => {
    const fields = body['fields'];
    if (typeof fields !== 'object' || fields === null) throw new SyntaxError('fields is missing');
    api.control.setFields(ticket, Object.fromEntries(Object.entries(fields)), userOf(body));
  },
  chat: (api, ticket, body) => {
    const text = textOf(body['text']);
    if (body['from'] === 'operator') api.control.operatorWrites(ticket, text, userOf(body));
    else api.control.clientWrites(ticket, text);
  },
  email: (api, ticket, body) => {
    const direction = body['direction'] === 'out' ? 'out' : 'in';
    const letter = {
      direction,
      subject: textOf(body['subject']),
      text: textOf(body['text']),
    } as const;
    api.control.addEmail(ticket, letter, userOf(body));
  },
  task: (api, ticket, body) => {
    api.control.addTask(ticket, textOf(body['title']), userOf(body));
  },
  'task/close': (api, _ticket, body) => {
    api.control.closeTask(Number(body['taskId']), userOf(body));
  },
};

/** The card names the fields it asks for by their labels. */
function labelOf(api: UiApi, path: readonly string[], name: string): string {
  const field = api.portal.customFields.find(Number(path[1]), name, true);
  if (field) return fieldLabel(field);
  return name === 'title' ? api.portal.texts.title : name;
}

function userOf(body: Body): number {
  const userId = Number(body['userId'] ?? 2);
  return Number.isInteger(userId) && userId > 0 ? userId : 2;
}

function ticketAt(api: UiApi, path: readonly string[]): Ticket | undefined {
  const ref: TicketRef = { entityTypeId: Number(path[1]), id: Number(path[2]) };
  return api.portal.ticket(ref);
}
