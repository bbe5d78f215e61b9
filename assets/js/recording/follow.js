/** Following keeps the word being said in view, until the reader scrolls to read something else. */

/** @typedef {'idle' | 'following' | 'stopped'} Following */

/** Where in the reading area a word is put, and where it may wander before it is put there again. */
const PLACE = 0.3;
const COMFORT = { from: 0.08, to: 0.7 };

/** Paragraphs out of view have only a guessed height, so a far word is found in a few steps. */
const MOST_STEPS = 8;

const SCROLL_KEYS = new Set(['PageUp', 'PageDown', 'Home', 'End', 'ArrowUp', 'ArrowDown']);

/**
 * @param {HTMLElement} text
 * @param {HTMLElement[]} spans
 * @param {HTMLMediaElement | null} media
 * @param {HTMLButtonElement} backToNow shown while playback is not followed
 * @param {Following} first
 * @param {AbortSignal} signal
 */
export function followPlayback(text, spans, media, backToNow, first, signal) {
  let state = first;
  let now = -1;

  const become = (/** @type {Following} */ next) => {
    state = next;
    backToNow.hidden = state !== 'stopped';
  };
  become(first);
  const stop = () => {
    if (state === 'following' && now >= 0) become('stopped');
  };
  const bring = (/** @type {number} */ word, smooth = false) => {
    const span = spans[word];
    if (span) bringIntoView(span, text, smooth, signal);
  };
  const moved = (/** @type {number} */ word) => {
    now = word;
    if (state === 'following' && document.getSelection()?.isCollapsed !== false) bring(word, true);
  };

  media?.addEventListener('play', () => state === 'idle' && become('following'), { signal });
  media?.addEventListener('seeking', () => become('following'), { signal });
  backToNow.addEventListener('click', () => {
    become('following');
    bring(now);
  }, { signal });

  // What a person does is listened for, not `scroll`, which also tells of the page's own movements.
  for (const name of ['wheel', 'touchmove']) window.addEventListener(name, stop, { signal, passive: true });
  window.addEventListener('keydown', (press) => SCROLL_KEYS.has(press.key) && !press.defaultPrevented && stop(), { signal });
  window.addEventListener('pointerdown', (press) => {
    if (press.target === document.documentElement) stop();
  }, { signal });

  return { moved, stop, bring, state: () => state };
}

/**
 * @param {HTMLElement} span
 * @param {HTMLElement} text
 * @param {boolean} smooth
 * @param {AbortSignal} signal
 * @param {number} [steps]
 */
function bringIntoView(span, text, smooth, signal, steps = MOST_STEPS) {
  const { top, height } = readingArea(text);
  const at = (span.getBoundingClientRect().top - top) / height;
  if (signal.aborted || (at >= COMFORT.from && at <= COMFORT.to)) return;
  const near = Math.abs(at) < 2;
  const gentle = smooth && near && !matchMedia('(prefers-reduced-motion: reduce)').matches;
  window.scrollBy({ top: (at - PLACE) * height, behavior: gentle ? 'smooth' : 'instant' });
  if (!gentle && steps > 1) requestAnimationFrame(() => bringIntoView(span, text, false, signal, steps - 1));
}

/**
 * Returns the part of the window that the transcript can use: below the player where that stands above it.
 * @param {HTMLElement} text
 */
export function readingArea(text) {
  const stage = document.querySelector('.stage')?.getBoundingClientRect();
  const box = text.getBoundingClientRect();
  const beside = !stage || stage.right <= box.left || stage.left >= box.right;
  const top = beside ? 0 : Math.min(Math.max(0, stage.bottom), window.innerHeight / 2);
  return { top, height: window.innerHeight - top };
}
