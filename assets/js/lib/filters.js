/** A filter is a part of the query such as `speaker:"Ann Lee"`: what is chosen on the page is written into the query. */

/** @typedef {'speaker' | 'lang' | 'folder' | 'date'} FilterName as the query writes them */

const FILTERS = /(^|\s)(speaker|lang|folder|date):("[^"]*"?|\S+)(?=\s|$)/gi;

/**
 * Tells whether a query holds a filter.
 * @param {string} q
 * @param {FilterName} name
 * @param {string} value
 */
export function hasFilter(q, name, value) {
  return [...q.matchAll(FILTERS)].some((found) => isSame(found, name, value));
}

/**
 * Returns the query with a filter when it was without, and without when it had it.
 * @param {string} q
 * @param {FilterName} name
 * @param {string} value
 */
export function toggleFilter(q, name, value) {
  if (!hasFilter(q, name, value)) return `${q.trim()} ${name}:${written(value)}`.trim();
  const without = q.replace(FILTERS, (...found) => (isSame(found, name, value) ? found[1] : found[0]));
  return without.replace(/\s+/g, ' ').trim();
}

/**
 * @param {ArrayLike<string | undefined>} found
 * @param {string} name
 * @param {string} value
 */
function isSame(found, name, value) {
  const bare = (/** @type {string} */ text) => text.replaceAll('"', '').toLowerCase();
  return found[2]?.toLowerCase() === name && bare(found[3] ?? '') === bare(value);
}

/** A quotation mark cannot be written inside a phrase, and is no letter that is searched. @param {string} value */
function written(value) {
  return /^[\p{L}\p{N}.-]+$/u.test(value) ? value : `"${value.replaceAll('"', ' ').replace(/\s+/g, ' ').trim()}"`;
}
