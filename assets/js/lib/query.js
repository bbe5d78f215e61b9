/** A query as it is typed, in the parts that the server reads (docs/query.md). */

/**
 * @typedef {object} Part
 * @property {string} text as it is typed, with straight quotes
 * @property {number} start
 * @property {number} end half-open, both counted in the query
 * @property {boolean} excluded
 * @property {string} name of a filter, in small letters; empty for words and phrases
 * @property {string} value of a filter, without its quotes
 * @property {boolean} open a quote that is not closed
 */

/** Dashes, then a filter in quotes, a phrase or what stands up to the next space; or a parenthesis. */
const PARTS = /(-*)(?:(\p{L}+):"([^"]*)("?)|"[^"]*("?)(?:~\d*)?|([^\s"()]+))|[()]/gu;

/** What restricts where is looked, and is nothing that is said. */
const FILTERS = new Set(['speaker', 'lang', 'title', 'people', 'place', 'folder', 'date', 'after', 'before', 'trust']);

/** @param {string} query @returns {Part[]} */
export function partsOf(query) {
  return [...straight(query).matchAll(PARTS)].map((found) => {
    const [text, dashes = '', quotedName, quoted = '', closedValue, closedPhrase, bare = ''] = found;
    const [, bareName, bareValue = ''] = /^(\p{L}+):(.+)$/u.exec(bare) ?? [];
    return {
      text, start: found.index, end: found.index + text.length, excluded: dashes !== '',
      name: (quotedName ?? bareName ?? '').toLowerCase(), value: bareValue || quoted,
      open: closedValue === '' || closedPhrase === '',
    };
  });
}

/**
 * Returns the words and phrases of a query that found nothing, to try them one by one, and whether they are all that it
 * asks. What combines them otherwise than by standing side by side, as OR and NEAR do, leaves nothing to be tried so.
 * @param {string} query
 * @returns {{ parts: string[], isAll: boolean }} without repeats; no parts where there are not two
 */
export function trialOf(query) {
  const parts = partsOf(query);
  const combined = parts.some(({ text, name }) =>
    text === 'OR' || text.startsWith('NEAR/') || /^-*"[^"]*"~/.test(text) || /[()]/.test(text) && !text.includes('"') || name === 'within');
  const required = parts.filter(({ text, name, excluded }) => !excluded && !FILTERS.has(name) && /[\p{L}\p{N}]/u.test(text));
  const unique = [...new Set(required.map(({ text }) => text))];
  return combined || unique.length < 2 ? { parts: [], isAll: false } : { parts: unique, isAll: required.length === parts.length };
}

/**
 * Tells whether the server read a query as it was typed, spaces aside.
 * @param {string} typed
 * @param {string} understood
 */
export function sameQuery(typed, understood) {
  const tidy = (/** @type {string} */ text) => straight(text).trim().replace(/\s+/g, ' ').toLowerCase();
  return tidy(typed) === tidy(understood);
}

/** Writes one kind of quote, sign for sign; one inside a Hebrew abbreviation is none. @param {string} query */
function straight(query) {
  return query.replace(/(?<=[א-ת])"(?=[א-ת])/g, '״').replace(/[\u201C-\u201F«»\uFF02]/g, '"');
}
