import { writePlace } from '../lib/address.js';
import { el } from '../lib/dom.js';
import { facts, recordingState } from '../parts/recording-state.js';
import { strings } from '../strings.js';

/** @import { Recording } from '../wire.js' */

/** What went wrong stands first, then what is going on. */
const ORDER = ['failed', 'partly', 'transcribing', 'waiting', 'searchable'];

/**
 * Compares two recordings by how much they need somebody's eye.
 * @param {Recording} a
 * @param {Recording} b
 */
export function needsAttention(a, b) {
  return ORDER.indexOf(a.state) - ORDER.indexOf(b.state);
}

/**
 * Shows one recording of the library.
 * @param {Recording} recording
 */
export function row(recording) {
  const href = writePlace({ view: 'recording', id: recording.id, t: '', q: '' });
  const words = recording.words > 0 ? [strings.words(recording.words)] : [];
  return el('li', { class: 'library-row' },
    el('div', {},
      el('h2', {}, el('a', { href }, recording.title)),
      facts(recording, ...words),
    ),
    recordingState(recording, { always: true }),
  );
}
