/**
 * Makes one tab stop of many elements: Tab reaches one of them, keys move between them.
 *
 * @param {HTMLElement} container
 * @param {HTMLElement[]} elements
 * @param {object} ways
 * @param {(key: string, index: number) => number | null} ways.step where a key leads; null when it is not ours
 * @param {(element: HTMLElement) => void} [ways.hold] makes an element the tab stop
 * @param {(element: HTMLElement) => void} [ways.release] undoes it
 * @param {(from: number, to: number, press: KeyboardEvent) => void} [ways.moved] after a key has moved the focus
 * @param {AbortSignal} signal
 * @returns {{ moveTo: (index: number) => void }} moves the tab stop, not the focus
 */
export function roving(container, elements, ways, signal) {
  const { step, moved, hold = makeTabStop, release = unmakeTabStop } = ways;
  let current = 0;

  const moveTo = (/** @type {number} */ index) => {
    const [from, to] = [elements[current], elements[index]];
    if (!to) return;
    if (from) release(from);
    hold(to);
    current = index;
  };

  container.addEventListener('keydown', (press) => {
    if (press.ctrlKey || press.metaKey || press.altKey || document.activeElement !== elements[current]) return;
    const wanted = step(press.key, current);
    if (wanted === null) return;
    press.preventDefault();
    const from = current;
    moveTo(Math.min(Math.max(wanted, 0), elements.length - 1));
    elements[current]?.focus({ preventScroll: true });
    elements[current]?.scrollIntoView({ block: 'nearest' });
    moved?.(from, current, press);
  }, { signal });

  moveTo(0);
  return { moveTo };
}

/** @param {HTMLElement} element */
function makeTabStop(element) {
  element.tabIndex = 0;
}

/** @param {HTMLElement} element */
function unmakeTabStop(element) {
  element.tabIndex = -1;
}
