import { emptyLibrary } from '../library/empty.js';
import { writePlace } from '../lib/address.js';
import { el } from '../lib/dom.js';
import { facts, recordingState } from '../parts/recording-state.js';
import { strings } from '../strings.js';

/** @import { Recording } from '../wire.js' */

/**
 * Shows what there is to search and how, before anything is asked.
 * @param {Recording[]} recordings
 */
export function landing(recordings) {
  if (recordings.length === 0) return emptyLibrary();
  return el('div', { class: 'landing' },
    el('section', { 'aria-labelledby': 'recordings-title' },
      el('h2', { id: 'recordings-title' }, strings.recordingsTitle),
      el('ul', { class: 'recordings', role: 'list' }, ...recordings.map(item)),
    ),
    howToSearch(),
  );
}

/** Shows what can be typed. */
export function howToSearch() {
  return el('section', { class: 'how', 'aria-labelledby': 'how-title' },
    el('h2', { id: 'how-title' }, strings.howTitle),
    el('dl', {}, ...strings.how.map(([query, meaning]) =>
      el('div', {}, el('dt', {}, el('code', {}, query)), el('dd', {}, meaning)))),
  );
}

/** @param {Recording} recording */
function item(recording) {
  const href = writePlace({ view: 'recording', id: recording.id, t: '', q: '' });
  return el('li', {}, el('a', { href }, recording.title), facts(recording), recordingState({ ...recording, failure: null }));
}
