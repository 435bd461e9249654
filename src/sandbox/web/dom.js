/** Small DOM helpers. Text always goes in as text nodes, never as markup, so portal data cannot become HTML. */

/**
 * Creates an element. Functions named `on…` become listeners, `vars` becomes CSS custom properties
 * (set through the CSSOM, which a strict style-src allows), null, false and undefined are left out.
 */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) setProp(element, name, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

function setProp(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === 'vars') {
    for (const [key, text] of Object.entries(value)) element.style.setProperty(key, text);
  } else if (name.startsWith('on')) {
    element.addEventListener(name.slice(2), value);
  } else if (name === 'value' || name === 'checked') {
    element[name] = value;
  } else {
    element.setAttribute(name, value === true ? '' : String(value));
  }
}

/** The element with this id; the page is broken without it, so its absence is an error. */
export function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no #${id}`);
  return element;
}

/** Sets the text only when it differs, so that a refresh does not disturb selections and live regions. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Makes `parent` hold exactly these nodes in this order, moving as few of them as possible (focus survives). */
export function arrange(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of Array.from(parent.childNodes)) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => {
    if (parent.childNodes[index] !== node)
      parent.insertBefore(node, parent.childNodes[index] ?? null);
  });
}

const SVG = 'http://www.w3.org/2000/svg';
const ICONS = {
  bell: 'M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4',
  close: 'M6 6l12 12M18 6L6 18',
  plus: 'M12 5v14M5 12h14',
  move: 'M4 12h14M13 6l6 6-6 6',
  back: 'M9 7L4 12l5 5M4 12h11a5 5 0 0 1 0 10',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l3.5 2',
  user: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4 21c0-4 3.6-6 8-6s8 2 8 6',
  client: 'M4 6h16v10H9l-5 4z',
  tune: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 4v6M9 14v6',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 11v6M12 7.2v.3',
  check: 'M5 12.5l4.5 4.5L19 7.5',
};

/** A line icon for decoration; the word next to it carries the meaning. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

/** Whether the visitor asked for less movement. */
export function prefersStillness() {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}
