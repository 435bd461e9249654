/** A card as the portal's timeline draws it (PORTAL 4.5): unknown keys are errors there, so that nothing is sent which the pages do not name. */
import type { CardDrawing, CardFace, CardLine, Words } from '../app/ports/timeline-cards.ts';
import type { Language } from '../app/ports/texts.ts';
import { refKey } from '../core/ticket.ts';
import type { ParamValue, Params } from './batch-command.ts';

/** How much of the layout this portal takes; the pages disagree on some of it. */
export interface LayoutForm {
  /** Texts in one language: the portal does not have all of the app's. */
  readonly oneLanguage: boolean;
  /** Buttons as a list, as the page of the footer says; the samples show a map. */
  readonly buttonList: boolean;
  /** The label on the board; false where the portal does not know it. */
  readonly badge: boolean;
}

export const FULL_FORM: LayoutForm = { oneLanguage: false, buttonList: false, badge: true };

/** Of app-manifest.json. */
export const BADGE_CODE = 'closegate_returned';
const SLIDER_WIDTH = 900;

export function layoutOf({ ref, language, face }: CardDrawing, form: LayoutForm): Params {
  const text = (words: Words): ParamValue => (form.oneLanguage ? words[language] : words);
  return {
    icon: { code: 'info' },
    header: {
      title: text(face.title),
      tags: { state: { type: face.tag.type, title: text(face.tag.text) } },
    },
    body: { logo: { code: 'document' }, blocks: blocksOf(face, text) },
    footer: {
      buttons: buttonsOf(face, { ticket: refKey(ref), language, text, asList: form.buttonList }),
      menu: { showPostponeItem: 'false' },
    },
  };
}

type Text = (words: Words) => ParamValue;

function blocksOf({ lines, note }: CardFace, text: Text): Params {
  const blocks: Record<string, ParamValue> = {};
  for (const [index, line] of lines.entries()) blocks[`line${index}`] = blockOf(line, text);
  if (note !== null) {
    const properties = { value: text(note), multiline: 1, size: 'sm', color: 'base_60' };
    blocks['note'] = { type: 'text', properties };
  }
  return blocks;
}

function blockOf({ label, text: words }: CardLine, text: Text): ParamValue {
  const value = { type: 'text', properties: { value: text(words), multiline: 1 } };
  if (label === null) return value;
  return { type: 'withTitle', properties: { title: text(label), inline: 1, block: value } };
}

interface Footer {
  readonly ticket: string;
  readonly language: Language;
  readonly text: Text;
  readonly asList: boolean;
}

/** Whoever may not edit the ticket has nothing to check again. What travels with a press is never relied on. */
function buttonsOf({ open, buttons }: CardFace, footer: Footer): ParamValue {
  const { ticket, language, text, asList } = footer;
  const recheck = {
    title: text(buttons.recheck),
    type: 'primary',
    hideIfReadonly: 1,
    action: { type: 'restEvent', id: 'recheck', animationType: 'disable' },
  };
  const show = {
    title: text(buttons.show),
    type: 'secondary',
    // The mobile application opens no slider.
    scope: 'web',
    action: {
      type: 'openRestApp',
      actionParams: { ticket },
      sliderParams: { title: buttons.panel[language], width: SLIDER_WIDTH },
    },
  };
  if (asList) return open ? [recheck, show] : [show];
  return open ? { recheck, show } : { show };
}
