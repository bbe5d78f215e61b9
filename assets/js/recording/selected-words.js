/**
 * Returns the words that a selection touches, half-open; null when it touches none.
 * @param {Selection | null} selection
 * @param {HTMLElement} text
 * @param {HTMLElement[]} spans
 * @returns {{ first: number, end: number } | null}
 */
export function selectedWords(selection, text, spans) {
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  if (!range.intersectsNode(text)) return null;
  let first = countWhile(spans, (span) => range.comparePoint(span, span.childNodes.length) < 0);
  let end = countWhile(spans, (span) => range.comparePoint(span, 0) <= 0);
  // A selection that only touches a word's edge does not mean the word.
  const { startContainer, startOffset, endContainer, endOffset } = range;
  if (spans[first]?.contains(startContainer) && startOffset > 0 && startOffset === startContainer.nodeValue?.length) first++;
  if (spans[end - 1]?.contains(endContainer) && endOffset === 0) end--;
  return first < end ? { first, end } : null;
}

/**
 * Counts the words at the beginning for which something holds; it holds for none after the first for which it does not.
 * @param {HTMLElement[]} spans
 * @param {(span: HTMLElement) => boolean} holds
 */
function countWhile(spans, holds) {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const span = spans[middle];
    if (span && holds(span)) low = middle + 1;
    else high = middle;
  }
  return low;
}
