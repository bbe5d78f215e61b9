import { turnsText } from './bidi.js';

/**
 * Makes an element. Texts become text nodes, so nothing in them is ever read as HTML.
 *
 * An attribute that is `true` is written empty; `false`, `null` and `undefined` are left out.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number | boolean | null | undefined>} [attributes]
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/**
 * Puts nodes in the place of an element's children. What looks as it did stays, with the press, the focus or the selection
 * that is in it; so do its listeners, which must do what those of its like would.
 * @param {Element} element
 * @param {Node[]} nodes
 */
export function replaceWhatDiffers(element, nodes) {
  const before = [...element.childNodes];
  nodes.forEach((next, at) => {
    const old = before[at];
    // What somebody opened stays open.
    if (old instanceof HTMLDetailsElement && next instanceof HTMLDetailsElement) next.open = old.open;
    if (!old) element.append(next);
    else if (old.isEqualNode(next)) return;
    else if (old instanceof Element && holdsAlike(old, next)) replaceWhatDiffers(old, [...next.childNodes]);
    else old.replaceWith(next);
  });
  before.slice(nodes.length).forEach((old) => old.remove());
}

/**
 * Tells whether two elements differ in what they hold alone. A button of another text does something else.
 * @param {Element} old
 * @param {Node} next
 */
function holdsAlike(old, next) {
  return old.tagName !== 'BUTTON' && old.cloneNode().isEqualNode(next.cloneNode());
}

/**
 * Returns a text as it can stand among others: one that would turn the direction of what follows stands apart.
 * @param {string} text
 * @returns {Node | string}
 */
export function isolated(text) {
  return turnsText(text) ? el('bdi', {}, text) : text;
}

/**
 * Splits a text from the space that ends it, so that a mark does not run on into the gap between two words.
 * @param {string} text
 * @returns {[string, string]}
 */
export function splitTrailingSpace(text) {
  const body = text.trimEnd();
  return [body, text.slice(body.length)];
}
