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
