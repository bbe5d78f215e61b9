/** Signs that turn the direction of all text after them (UAX #9): embeddings, overrides, isolates. */
const TURNS = /[\u202A-\u202E\u2066-\u2069]/;

/**
 * Tells whether a text must stand apart, lest it turn around what follows.
 * @param {string} text
 */
export function turnsText(text) {
  return TURNS.test(text);
}

/**
 * Keeps a text inside a sentence from turning it, where no element can stand around it.
 * @param {string} text
 */
export function apart(text) {
  return `\u2068${text}\u2069`;
}
