/** A strip shows where in a recording people speak: what a picture is to a film. A click plays from there. */

import { barsPath, densityOf } from '../lib/density.js';
import { strings } from '../strings.js';
import { el } from '../lib/dom.js';

/** @import { Recording, Transcript } from '../wire.js' */

/** Bars that can be told apart on a wide screen. */
const PARTS = 240;

/**
 * @param {Transcript} transcript
 * @param {Recording} recording
 * @param {HTMLMediaElement} media
 * @param {(ms: number) => void} play
 * @param {AbortSignal} signal
 */
export function speechStrip({ words }, { duration_ms }, media, play, signal) {
  const length = duration_ms ?? words.end_ms.at(-1) ?? 0;
  const picture = svg('svg', { viewBox: `0 0 ${PARTS} 1`, preserveAspectRatio: 'none', 'aria-hidden': 'true' });
  picture.append(svg('path', { d: barsPath(densityOf(words, length, PARTS)) }));
  const now = el('span', { class: 'strip-now' });
  const strip = el('div', { class: 'strip', role: 'img', 'aria-label': strings.speechStrip, title: strings.speechStrip }, now);
  strip.prepend(picture);

  const follow = () => now.style.setProperty('--at', String(length > 0 ? Math.min(1, media.currentTime * 1000 / length) : 0));
  for (const name of ['timeupdate', 'seeking', 'loadedmetadata']) media.addEventListener(name, follow, { signal });
  strip.addEventListener('click', (press) => {
    const { left, width } = strip.getBoundingClientRect();
    play(Math.round(Math.min(Math.max((press.clientX - left) / width, 0), 1) * length));
  }, { signal });
  follow();
  return strip;
}

/**
 * @param {'svg' | 'path'} name
 * @param {Record<string, string>} attributes
 */
function svg(name, attributes) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  return element;
}
