import { textOf } from '../text-of.ts';
import { RestError } from './rest-error.ts';

/** Checks one value of a layout; `path` names it in refusals. */
type Check = (value: unknown, path: string) => void;

interface Field {
  readonly check: Check;
  readonly required?: boolean;
}

type Fields = Readonly<Record<string, Field>>;

/** Languages set up on this portal. */
const LANGUAGES = ['ru', 'en'];
const SCOPES = ['web', 'mobile'];

const refuse = (code: string, path: string): never => {
  throw new RestError(400, code, `${code}: ${path}`);
};
const need = (check: Check): Field => ({ check, required: true });
const may = (check: Check): Field => ({ check });

function mapOf(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return refuse('WRONG_FIELD_VALUE', path);
  return Object.fromEntries(Object.entries(value));
}

function object(fields: Fields): Check {
  return (value, path) => {
    const map = mapOf(value, path);
    for (const key of Object.keys(map)) {
      if (!Object.hasOwn(fields, key)) refuse('FIELD_IS_REDUNDANT', `${path}.${key}`);
    }
    for (const [key, field] of Object.entries(fields)) {
      const given = map[key];
      const empty = given === undefined || given === null || given === '';
      if (empty && field.required) refuse('FIELD_IS_REQUIRED', `${path}.${key}`);
      if (!empty) field.check(given, `${path}.${key}`);
    }
  };
}

/** An associative array. */
function entries(check: Check, most: number, least = 0): Check {
  return (value, path) => {
    const map = mapOf(value, path);
    const keys = Object.keys(map);
    if (keys.length > most) refuse('TOO_MANY_ITEMS', path);
    if (keys.length < least) refuse('FIELD_IS_REQUIRED', path);
    for (const key of keys) {
      if (!/^[A-Za-z0-9_-]+$/.test(key)) refuse('KEY_CONTAIN_WRONG_SYMBOLS', `${path}.${key}`);
      check(map[key], `${path}.${key}`);
    }
  };
}

const string: Check = (value, path) => {
  if (typeof value !== 'string' && typeof value !== 'number') refuse('WRONG_FIELD_VALUE', path);
};
const flag: Check = (value, path) => {
  if (typeof value === 'object') refuse('WRONG_FIELD_VALUE', path);
};
const whole: Check = (value, path) => {
  if (!Number.isInteger(Number(value))) refuse('WRONG_FIELD_VALUE', path);
};
const oneOf =
  (values: readonly string[]): Check =>
  (value, path) => {
    if (!values.includes(textOf(value))) refuse('ENUM_FIELD', path);
  };
const scope = may(oneOf(SCOPES));

/** textWithTranslation: a text, or a text for each language of the portal. */
const text: Check = (value, path) => {
  if (typeof value !== 'object') return string(value, path);
  const map = mapOf(value, path);
  if (Object.keys(map).length === 0) refuse('FIELD_IS_REQUIRED', path);
  for (const [language, words] of Object.entries(map)) {
    if (!LANGUAGES.includes(language)) refuse('WRONG_LANG', `${path}.${language}`);
    string(words, `${path}.${language}`);
  }
};

const actionParams: Check = (value, path) => {
  const map = mapOf(value, path);
  if (Object.keys(map).length > 20) refuse('TOO_MANY_ITEMS', path);
  for (const [key, inner] of Object.entries(map)) {
    if (typeof inner === 'object') refuse('WRONG_FIELD_VALUE', `${path}.${key}`);
  }
};

const sliderParams: Check = (value, path) => {
  object({ width: may(whole), leftBoundary: may(whole), title: may(text) })(value, path);
  const map = mapOf(value, path);
  if ('width' in map && 'leftBoundary' in map) refuse('WRONG_FIELD_VALUE', path);
};

const ACTIONS: Readonly<Record<string, Check>> = {
  redirect: object({ type: need(string), uri: need(string) }),
  restEvent: object({
    type: need(string),
    id: need(string),
    actionParams: may(actionParams),
    animationType: may(oneOf(['disable', 'loader'])),
  }),
  openRestApp: object({
    type: need(string),
    actionParams: may(actionParams),
    sliderParams: may(sliderParams),
  }),
};

const action: Check = (value, path) => {
  const type = textOf(mapOf(value, path)['type']);
  if (type === '') refuse('FIELD_IS_REQUIRED', `${path}.type`);
  const check = Object.hasOwn(ACTIONS, type) ? ACTIONS[type] : undefined;
  if (!check) return refuse('ENUM_FIELD', `${path}.type`);
  check(value, path);
};

function block(properties: Readonly<Record<string, Check>>): Check {
  return (value, path) => {
    object({ type: need(string), properties: may(mapOfAny) })(value, path);
    const map = mapOf(value, path);
    const type = textOf(map['type']);
    const check = Object.hasOwn(properties, type) ? properties[type] : undefined;
    if (!check) return refuse('ENUM_FIELD', `${path}.type`);
    check(map['properties'] ?? {}, `${path}.properties`);
  };
}

const mapOfAny: Check = (value, path) => {
  mapOf(value, path);
};

const SMALL_BLOCKS: Readonly<Record<string, Check>> = {
  text: object({
    value: need(text),
    multiline: may(flag),
    title: may(text),
    bold: may(flag),
    size: may(oneOf(['xs', 'sm', 'md'])),
    color: may(oneOf(['base_50', 'base_60', 'base_70', 'base_90'])),
    scope,
  }),
  link: object({ text: need(text), action: need(action), bold: may(flag), scope }),
  deadline: object({ readonly: may(flag), scope }),
};

const contentBlock = block({
  ...SMALL_BLOCKS,
  largeText: object({ value: need(text), scope }),
  withTitle: object({
    title: need(text),
    block: need(block(SMALL_BLOCKS)),
    inline: may(flag),
    scope,
  }),
  lineOfBlocks: object({ blocks: need(entries(block(SMALL_BLOCKS), 20, 1)), scope }),
});

const tag = object({
  title: need(text),
  type: need(oneOf(['warning', 'success', 'failure', 'primary', 'secondary'])),
  action: may(action),
  scope,
  hideIfReadonly: may(flag),
});
const button = object({
  title: need(text),
  type: need(oneOf(['primary', 'secondary'])),
  action: need(action),
  scope,
  hideIfReadonly: may(flag),
});
const menuItem = object({
  title: need(text),
  action: need(action),
  scope,
  hideIfReadonly: may(flag),
});

/** C12: the samples show a map of buttons by key, the footer's page an array. */
export type ButtonsAs = 'object' | 'array';

function buttonsAs(form: ButtonsAs): Check {
  const check = entries(button, 2);
  return (value, path) => {
    const keys = Object.keys(mapOf(value, path));
    const isList = keys.every((key, index) => key === String(index));
    if (keys.length > 0 && isList !== (form === 'array')) refuse('WRONG_FIELD_VALUE', path);
    check(value, path);
  };
}

const layoutWith = (form: ButtonsAs): Check =>
  object({
    icon: need(object({ code: need(string) })),
    header: need(
      object({ title: need(text), titleAction: may(action), tags: may(entries(tag, 2)) }),
    ),
    body: need(
      object({
        logo: need(object({ code: need(string), action: may(action) })),
        blocks: may(entries(contentBlock, 20, 1)),
      }),
    ),
    footer: may(
      object({
        buttons: may(buttonsAs(form)),
        menu: may(
          object({
            showPinItem: may(flag),
            showPostponeItem: may(flag),
            showDeleteItem: may(flag),
            items: may(entries(menuItem, 20)),
          }),
        ),
      }),
    ),
  });

const LAYOUTS: Readonly<Record<ButtonsAs, Check>> = {
  object: layoutWith('object'),
  array: layoutWith('array'),
};

/** The layout of a configurable activity, as its pages describe it: what they do not name is refused. */
export function checkLayout(value: unknown, form: ButtonsAs): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) {
    throw new RestError(400, 'ERROR_EMPTY_LAYOUT', 'The layout field must be filled');
  }
  LAYOUTS[form](value, 'layout');
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, castParams(part)]));
}

/** Parameters of actions come back as strings, whatever they were. */
function castParams(value: unknown, inParams = false): unknown {
  if (typeof value !== 'object' || value === null) {
    return inParams ? textOf(value) : value;
  }
  if (Array.isArray(value)) return value.map((one) => castParams(one, inParams));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      castParams(inner, inParams || key === 'actionParams'),
    ]),
  );
}
