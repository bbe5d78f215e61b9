import { emptyLibrary } from '../library/empty.js';
import { libraryPlace, recordingPlace, writePlace } from '../lib/address.js';
import { el } from '../lib/dom.js';
import { queryHelp } from '../parts/query-help.js';
import { facts, recordingState } from '../parts/recording-state.js';
import { strings } from '../strings.js';

/** @import { Recording } from '../wire.js' */

/** More are looked for in the library. */
const SHOWN = 12;

/**
 * Shows what there is to search and how, before anything is asked.
 * @param {Recording[]} recordings
 */
export function landing(recordings) {
  if (recordings.length === 0) return emptyLibrary();
  return el('div', { class: 'landing' },
    el('section', { 'aria-labelledby': 'recordings-title' },
      el('h2', { id: 'recordings-title' }, strings.recordingsTitle),
      el('ul', { class: 'recordings', role: 'list' }, ...recordings.slice(0, SHOWN).map(item)),
      recordings.length > SHOWN && el('p', {}, el('a', { class: 'more', href: writePlace(libraryPlace({ sort: 'title' })) },
        strings.allInLibrary(recordings.length))),
    ),
    queryHelp('how-title'),
  );
}

/** @param {Recording} recording */
function item(recording) {
  const href = writePlace(recordingPlace(recording.id));
  return el('li', {}, el('a', { href }, el('bdi', {}, recording.title)), facts(recording), recordingState({ ...recording, failure: null, next_try: null }));
}
