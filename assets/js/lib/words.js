/** Which word of a transcript a time means. */

import { lastAtMost } from './sorted.js';

/** @import { Words } from '../wire.js' */

/**
 * Returns the word that a link's time names: the one being said, in a pause the next one, after the end the last.
 * @param {Words} words
 * @param {number} ms
 * @returns {number} -1 for no words
 */
export function wordNamedBy(words, ms) {
  const word = lastAtMost(words.start_ms, ms);
  const over = word < 0 || ms >= /** @type {number} */ (words.end_ms[word]);
  return Math.min(over && words.start_ms[word] !== ms ? word + 1 : word, words.start_ms.length - 1);
}

/**
 * Returns the word last begun when playback stands at a time.
 * @param {Words} words
 * @param {number} ms
 * @returns {number} -1 before the first
 */
export function wordPlayingAt(words, ms) {
  return lastAtMost(words.start_ms, ms);
}

/**
 * Returns the words of a range of time, as a half-open range of ordinals.
 * @param {Words} words
 * @param {number} start_ms
 * @param {number | null} end_ms null: one word only
 */
export function wordsBetween(words, start_ms, end_ms) {
  const first = wordNamedBy(words, start_ms);
  if (first < 0) return { first: 0, end: 0 };
  const last = end_ms === null ? first : lastAtMost(words.start_ms, end_ms - 1);
  return { first, end: Math.max(first, last) + 1 };
}
