import type { CallAnswer, CallContext, MethodMap } from '../method.ts';
import { intParam, mapParam, textParam } from '../params.ts';
import type { Params } from '../params.ts';
import { RestError } from '../rest-error.ts';

/** The common card only: nobody here has one of their own. `null` where the card is the portal's default. */
function getCard(context: CallContext, params: Params): CallAnswer {
  const entityTypeId = intParam(params, 'entityTypeId');
  const { portal } = context;
  if (!portal.store(entityTypeId)) {
    const text = "The entity type '' is not supported in current context.";
    throw new RestError(400, '', text);
  }
  const extras = mapParam(params, 'extras');
  const given = Number(extras[entityTypeId === 2 ? 'dealCategoryId' : 'categoryId'] ?? NaN);
  const main = portal.stages.pipelines.find((p) => p.entityTypeId === entityTypeId && p.isDefault);
  const categoryId = Number.isNaN(given) ? (main?.categoryId ?? 0) : given;
  const names = portal.cards.get(`${entityTypeId}:${categoryId}`);
  if (textParam(params, 'scope') !== 'C' || names === undefined) return { result: null };
  const elements = names.map((name) => ({ name, optionFlags: '0' }));
  return { result: [{ name: 'main', title: 'About the item', type: 'section', elements }] };
}

/** crm.item.details.configuration.get: its errors have an empty code. */
export const CARD_LAYOUT_METHODS: MethodMap = {
  'crm.item.details.configuration.get': {
    scope: 'crm',
    params: {
      entityTypeId: {
        type: 'integer',
        required: true,
        missing: () => new RestError(400, '', "Parameter 'entityTypeId' is not defined"),
      },
      userId: { type: 'integer' },
      scope: { type: 'string' },
      extras: { type: 'object' },
    },
    run: getCard,
  },
};
