/** Keys inside the transcript: word by word, paragraph by paragraph, and with Shift a selection to quote. */

import { lastAtMost } from '../lib/sorted.js';

/**
 * Returns the word that a key leads to.
 * @param {string} key
 * @param {number} index
 * @param {number[]} firsts the first words of the paragraphs
 * @param {HTMLElement[]} spans
 */
export function wordStep(key, index, firsts, spans) {
  const span = spans[index];
  const rightward = span && getComputedStyle(span).direction === 'rtl' ? -1 : 1;
  switch (key) {
    case 'ArrowRight': return index + rightward;
    case 'ArrowLeft': return index - rightward;
    case 'ArrowDown': return firsts[lastAtMost(firsts, index) + 1] ?? spans.length - 1;
    case 'ArrowUp': return firsts[lastAtMost(firsts, index - 1)] ?? 0;
    case 'Home': return 0;
    case 'End': return spans.length - 1;
    default: return null;
  }
}

/**
 * Makes a word the transcript's tab stop. It is a link while it is that, for Enter leads to its moment; the other words
 * stay plain text, so that a screen reader reads sentences and not thousands of links.
 * @param {HTMLElement} span
 */
export function holdWord(span) {
  span.tabIndex = 0;
  span.setAttribute('role', 'link');
}

/** @param {HTMLElement} span */
export function releaseWord(span) {
  span.removeAttribute('tabindex');
  span.removeAttribute('role');
}

/**
 * Carries a selection along with the focus, or drops it.
 * @param {HTMLElement[]} spans
 * @param {number} from
 * @param {number} to
 * @param {boolean} extend
 */
export function selectTo(spans, from, to, extend) {
  const selection = document.getSelection();
  const [left, reached] = [spans[from], spans[to]];
  if (!selection || !left || !reached) return;
  if (!extend) {
    selection.removeAllRanges();
    return;
  }
  const forward = selection.isCollapsed ? to > from : isAfter(selection.anchorNode, reached);
  if (selection.isCollapsed) selection.collapse(left, forward ? 0 : left.childNodes.length);
  selection.extend(reached, forward ? reached.childNodes.length : 0);
}

/**
 * @param {Node | null} anchor
 * @param {Node} node
 */
function isAfter(anchor, node) {
  return anchor !== null
    && (anchor === node || (anchor.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0);
}
