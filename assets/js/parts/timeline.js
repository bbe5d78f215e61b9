/** A timeline bar shows where in a recording the hits lie; each mark is a link to its moment. */

import { recordingPlace, writePlace } from '../lib/address.js';
import { el } from '../lib/dom.js';
import { formatClock, formatSeconds } from '../lib/time.js';
import { marksOf } from '../lib/timeline.js';
import { strings } from '../strings.js';
import { roving } from './roving.js';

/** More marks than this cannot be told apart on a narrow screen. */
const PLACES = 120;

/** So many hits at one place make a mark as high as it gets. */
const HIGHEST = 4;

/**
 * @param {{ id: string, duration_ms: number | null }} recording
 * @param {number[]} positions_ms
 * @param {string} q goes into the links
 * @param {AbortSignal} signal
 * @param {number} [places] how many marks can stand side by side
 * @returns {HTMLElement | null} null when there is nothing to show
 */
export function timeline({ id, duration_ms }, positions_ms, q, signal, places = PLACES) {
  const marks = marksOf(positions_ms, duration_ms ?? 0, places);
  const [first, last] = [marks[0], marks.at(-1)];
  if (!duration_ms || !first || !last) return null;

  const links = marks.map(({ start_ms, count, share }) => {
    const label = strings.timelineMark(formatClock(start_ms), count);
    const href = writePlace(recordingPlace(id, { t: formatSeconds(start_ms), q }));
    const link = el('a', { class: 'timeline-mark', href, title: label, 'aria-label': label, tabindex: -1 });
    link.style.setProperty('--at', String(share));
    link.style.setProperty('--weight', String(Math.min(1, count / HIGHEST)));
    return link;
  });
  const label = strings.timeline(positions_ms.length, formatClock(first.start_ms), formatClock(last.start_ms));
  const bar = el('div', { class: 'timeline', role: 'group', 'aria-label': label }, ...links);
  roving(bar, links, { step }, signal);
  return bar;
}

/**
 * @param {string} key
 * @param {number} index
 */
function step(key, index) {
  if (key === 'ArrowRight') return index + 1;
  if (key === 'ArrowLeft') return index - 1;
  if (key === 'Home') return 0;
  if (key === 'End') return Infinity;
  return null;
}
