/** Bodies of the portal's event calls: checked by shape before anything of them is touched ("events/index" docs). */
import { z } from 'zod';
import type { EventIds } from '../app/ports/runtime.ts';
import { AppError } from '../errors.ts';

export interface EventBody {
  /** Upper-case event code. */
  readonly code: string;
  /** null when the body carries none. */
  readonly token: string | null;
  /** Whose portal it says it is; null when the body does not say, or says nothing that could be an id. */
  readonly memberId: string | null;
  readonly data: unknown;
  /** Whose doing it is, where the portal tells; null elsewhere. */
  readonly actorId: number | null;
}

const bodySchema = z.object({
  event: z.string().regex(/^[A-Za-z0-9_]{1,100}$/),
  auth: z
    .object({
      application_token: z.string().optional(),
      member_id: z
        .string()
        .regex(/^[\w-]{1,64}$/)
        .optional()
        .catch(undefined),
      user_id: z
        .string()
        .regex(/^[1-9]\d{0,9}$/)
        .optional()
        .catch(undefined),
    })
    .optional(),
  data: z.unknown().optional(),
});

/** Positive and small enough to be told apart as a number. One check: a later one would run on what this refused. */
const idSchema = z.string().refine((id) => /^[1-9]\d{0,15}$/.test(id) && BigInt(id) <= 2n ** 53n);

/** The id stands in FIELDS, or beside it (timeline comments); the documentation shows both. */
const dataSchema = z.object({
  ID: idSchema.optional(),
  FIELDS: z.object({ ID: idSchema.optional(), ENTITY_TYPE_ID: idSchema.optional() }).optional(),
});

/** Reads what both kinds of body have in common (app, outgoing webhook). Throws bad-event on anything else. */
export function readEventBody(body: unknown): EventBody {
  const result = bodySchema.safeParse(body);
  if (!result.success) throw badEvent('shape');
  const { event, auth, data } = result.data;
  return {
    code: event.toUpperCase(),
    token: auth?.application_token ?? null,
    memberId: auth?.member_id ?? null,
    data,
    actorId: auth?.user_id === undefined ? null : Number(auth.user_id),
  };
}

/** What is kept of the event: its code and the key of what it is about, '' for events we do not look at. */
export function eventIds({ code, data }: EventBody): EventIds {
  const kind = eventKind(code);
  if (kind === null) return { key: '', code };
  const result = dataSchema.safeParse(data);
  if (!result.success) throw badEvent('data');
  const { FIELDS: fields } = result.data;
  const id = fields?.ID ?? result.data.ID;
  const owner = kind.owner ?? fields?.ENTITY_TYPE_ID ?? kind.typeInCode;
  if (id === undefined || owner === undefined) throw badEvent('id');
  return { key: `${owner}:${id}`, code };
}

interface EventKind {
  /** First part of the key; undefined when the data name the entity type. */
  readonly owner: string | undefined;
  readonly typeInCode: string | undefined;
}

function eventKind(code: string): EventKind | null {
  if (/^ONCRMDEAL(ADD|UPDATE|DELETE|MOVETOCATEGORY)$/.test(code)) return owned('2');
  if (/^ONCRMACTIVITY(ADD|UPDATE|DELETE)$/.test(code)) return owned('activity');
  if (/^ONCRMTIMELINECOMMENT(ADD|UPDATE|DELETE)$/.test(code)) return owned('comment');
  const dynamic = /^ONCRMDYNAMICITEM(?:ADD|UPDATE|DELETE)(?:_([1-9]\d{0,9}))?$/.exec(code);
  return dynamic === null ? null : { owner: undefined, typeInCode: dynamic[1] };
}

function owned(owner: string): EventKind {
  return { owner, typeInCode: undefined };
}

function badEvent(detail: string): AppError {
  return new AppError('bad-event', 'The body is not an event of a Bitrix24 portal', { detail });
}
