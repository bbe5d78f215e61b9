/** A filter is a part of the query such as `speaker:"Ann Lee"`: what is chosen on the page is written into the query. */

import { partsOf } from './query.js';

/** @import { Part } from './query.js' */

/** @typedef {'speaker' | 'lang' | 'folder' | 'date'} FilterName as the query writes them */

/**
 * Tells whether a query holds a filter.
 * @param {string} q
 * @param {FilterName} name
 * @param {string} value
 */
export function hasFilter(q, name, value) {
  return partsOf(q).some((part) => isSame(part, name, value));
}

/**
 * Returns the query with a filter when it was without, and without when it had it.
 * @param {string} q
 * @param {FilterName} name
 * @param {string} value
 */
export function toggleFilter(q, name, value) {
  const parts = partsOf(q);
  const chosen = parts.filter((part) => isSame(part, name, value));
  if (chosen.length > 0) {
    return chosen.reduceRight((rest, { start, end }) => `${rest.slice(0, start).trimEnd()} ${rest.slice(end).trimStart()}`, q).trim();
  }
  // An open quote would take in what follows; it is read to the end of the query anyway.
  const closed = q.trim() + (parts.at(-1)?.open ? '"' : '');
  return `${closed} ${writeFilter(name, value)}`.trim();
}

/**
 * @param {FilterName} name
 * @param {string} value
 */
export function writeFilter(name, value) {
  return `${name}:${/^[\p{L}\p{N}.-]+$/u.test(value) ? value : `"${unquoted(value)}"`}`;
}

/** Names are compared by their words, so that one with quotation marks is found without. @param {string} value */
function unquoted(value) {
  return value.replaceAll(/\s*"\s*/g, ' ').trim();
}

/**
 * @param {Part} part
 * @param {FilterName} name
 * @param {string} value
 */
function isSame(part, name, value) {
  return !part.excluded && part.name === name && part.value.toLowerCase() === unquoted(value).toLowerCase();
}
