/** The reader's place is a word, and where in the window it stands: another transcript, or a reload, leaves it there. */

import { debounce } from '../lib/debounce.js';
import { wordNamedBy } from '../lib/words.js';

/** @import { Words } from '../wire.js' */

/** @typedef {{ ms: number, top: number }} ReadersPlace when the word is said, and its distance from the window's top */

/** Paragraphs out of view have only a guessed height, so a far word gets to its place in a few steps. */
const MOST_STEPS = 8;

/** How long scrolling rests before the place is written down. */
const SCROLL_REST_MS = 150;

/**
 * Returns the first word that can be seen below a line of the window; null where there is none.
 * @param {HTMLElement} text
 * @param {Words} words
 * @param {number} line
 * @returns {ReadersPlace | null}
 */
export function readersPlace(text, words, line) {
  const below = (/** @type {Element} */ element) => element.getBoundingClientRect().bottom > line;
  for (const paragraph of text.querySelectorAll('.paragraph')) {
    const word = below(paragraph) && [...paragraph.querySelectorAll('p [data-word]')].find(below);
    if (word) return { ms: words.start_ms[Number(word.getAttribute('data-word'))] ?? 0, top: word.getBoundingClientRect().top };
  }
  return null;
}

/**
 * Puts the word of a place where it stood.
 * @param {HTMLElement[]} spans
 * @param {Words} words
 * @param {ReadersPlace} place
 * @param {AbortSignal} signal
 * @param {number} [steps]
 */
export function takePlace(spans, words, { ms, top }, signal, steps = MOST_STEPS) {
  const span = spans[wordNamedBy(words, ms)];
  if (!span || signal.aborted) return;
  window.scrollBy({ top: span.getBoundingClientRect().top - top, behavior: 'instant' });
  if (steps > 1) requestAnimationFrame(() => takePlace(spans, words, { ms, top }, signal, steps - 1));
}

/**
 * Writes the reader's place into the entry of the history, for who comes back to it.
 * @param {() => ReadersPlace | null} place
 * @param {AbortSignal} signal
 */
export function rememberPlace(place, signal) {
  const remember = debounce(() => history.replaceState({ ...history.state, reading: place() }, ''), SCROLL_REST_MS);
  window.addEventListener('scroll', remember.later, { passive: true, signal });
  signal.addEventListener('abort', remember.cancel);
}

/** @returns {ReadersPlace | null} */
export function rememberedPlace() {
  return history.state?.reading ?? null;
}
