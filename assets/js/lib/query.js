/**
 * Returns the words and phrases of a query that a moment must hold, to try them one by one when together they find nothing.
 * @param {string} query
 * @returns {string[]} without repeats; empty for a single part, which has nothing to be tried apart from
 */
export function requiredParts(query) {
  const parts = query.match(/-?(?:[\p{L}]+:)?"[^"]*"?|\S+/gu) ?? [];
  const required = parts
    .filter((part) => !part.startsWith('-') && part !== 'OR' && /[\p{L}\p{N}]/u.test(part))
    .map((part) => part.replace(/^\(+|\)+$/g, ''));
  const unique = [...new Set(required)];
  return unique.length > 1 ? unique : [];
}

/**
 * Tells whether the server read a query as it was typed, spaces aside.
 * @param {string} typed
 * @param {string} understood
 */
export function sameQuery(typed, understood) {
  const tidy = (/** @type {string} */ text) => text.trim().replace(/\s+/g, ' ').toLowerCase();
  return tidy(typed) === tidy(understood);
}
