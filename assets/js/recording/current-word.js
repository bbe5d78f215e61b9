import { wordPlayingAt } from '../lib/words.js';

/** @import { Words } from '../wire.js' */

/**
 * Marks the word being said. Only the two words that change are touched, however long the transcript.
 * @param {HTMLMediaElement} media
 * @param {Words} words
 * @param {HTMLElement[]} spans
 * @param {(word: number) => void} changed
 * @param {AbortSignal} signal
 */
export function markCurrentWord(media, words, spans, changed, signal) {
  let current = -1;
  let frame = 0;

  const update = () => {
    const word = wordPlayingAt(words, Math.round(media.currentTime * 1000));
    if (word === current) return;
    spans[current]?.removeAttribute('aria-current');
    spans[word]?.setAttribute('aria-current', 'true');
    current = word;
    changed(word);
  };
  const tick = () => {
    update();
    frame = requestAnimationFrame(tick);
  };
  const rest = () => cancelAnimationFrame(frame);

  media.addEventListener('play', () => {
    rest();
    tick();
  }, { signal });
  for (const name of ['pause', 'ended']) media.addEventListener(name, rest, { signal });
  for (const name of ['seeking', 'timeupdate']) media.addEventListener(name, update, { signal });
  signal.addEventListener('abort', rest);
  if (media.currentTime > 0) update();
  if (!media.paused) tick();
}
