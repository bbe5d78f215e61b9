import { writePlace } from '../lib/address.js';
import { el, splitTrailingSpace } from '../lib/dom.js';
import { formatClock, formatDuration, formatSeconds } from '../lib/time.js';
import { strings } from '../strings.js';

/** @import { Hit, Piece } from '../wire.js' */

/**
 * Shows one hit as a link to its moment. The query goes along as it was typed, so that the way back is the same search.
 * @param {Hit} hit
 * @param {string} id the recording
 * @param {string} q
 */
export function hitItem(hit, id, q) {
  const href = writePlace({ view: 'recording', id, t: formatSeconds(hit.start_ms), q });
  return el('li', {}, el('a', { class: 'hit', href },
    el('time', { datetime: formatDuration(hit.start_ms) }, formatClock(hit.start_ms)), ' ',
    el('span', { class: 'hit-text' },
      hit.speaker && el('span', { class: 'speaker' }, hit.speaker), ' ',
      el('span', { class: 'snippet', lang: hit.language, dir: 'auto' }, ...hit.pieces.flatMap(piece)),
      hit.doubtful && ' ',
      hit.doubtful && el('span', { class: 'doubtful-hit', title: strings.doubtfulHitWhy }, strings.doubtfulHit),
    ),
  ));
}

/**
 * @param {Piece} piece
 * @returns {(Node | string)[]}
 */
function piece({ text, matched }) {
  if (!matched) return [text];
  const [word, space] = splitTrailingSpace(text);
  return [el('mark', {}, word), space];
}
