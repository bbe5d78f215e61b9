/** A hit is a link to its moment; two buttons beside it play it, and show what is said around it, without leaving. */

import { recordingPlace, writePlace } from '../lib/address.js';
import { el, isolated, splitTrailingSpace } from '../lib/dom.js';
import { formatClock, formatDuration, formatSeconds } from '../lib/time.js';
import { strings } from '../strings.js';

/** @import { Group, Hit, Piece } from '../wire.js' */
/** @import { InPlace } from './in-place.js' */

/**
 * Returns what names a hit in an address.
 * @param {string} id
 * @param {Hit} hit
 */
export function hitKey(id, { start_ms }) {
  return `${id}@${start_ms}`;
}

/**
 * Shows one hit. The query goes along as it was typed, so that the way back is the same search.
 * @param {Hit} hit
 * @param {Group} group
 * @param {string} q
 * @param {InPlace} inPlace
 */
export function hitItem(hit, group, q, inPlace) {
  const { id } = group.recording;
  const time = formatClock(hit.start_ms);
  const href = writePlace(recordingPlace(id, { t: formatSeconds(hit.start_ms), q }));
  const more = el('div', { class: 'hit-more', hidden: true });
  // With its variation selector the sign is text; phones make a picture of it else.
  const play = group.recording.media.available && toggle('play', strings.playHere(time), '▶\uFE0E');
  const read = toggle('read', strings.readAround(time), '¶');
  inPlace.add({ hit, group, more, play: play || null, read });
  return el('li', {},
    el('a', { class: 'hit', href },
      el('time', { datetime: formatDuration(hit.start_ms) }, time), ' ',
      el('span', { class: 'hit-text' },
        hit.speaker && el('bdi', { class: 'speaker' }, hit.speaker), ' ',
        el('span', { class: 'snippet', lang: hit.language, dir: 'auto' }, ...hit.pieces.flatMap(piece)),
        hit.doubtful && ' ',
        hit.doubtful && el('span', { class: 'doubtful-hit', title: strings.doubtfulHitWhy }, strings.doubtfulHit),
      ),
    ),
    el('div', { class: 'hit-tools' }, play, read),
    more,
  );
}

/**
 * @param {string} name
 * @param {string} label
 * @param {string} sign
 */
function toggle(name, label, sign) {
  return el('button', { type: 'button', class: `tool tool-${name}`, 'aria-expanded': 'false', 'aria-label': label, title: label }, sign);
}

/**
 * @param {Piece} piece
 * @returns {(Node | string)[]}
 */
function piece({ text, matched }) {
  if (!matched) return [isolated(text)];
  const [word, space] = splitTrailingSpace(text);
  return [el('mark', {}, isolated(word)), space];
}
