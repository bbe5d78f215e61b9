import { emptyLibrary } from '../library/empty.js';
import { libraryPlace, recordingPlace, writePlace } from '../lib/address.js';
import { debounce } from '../lib/debounce.js';
import { el } from '../lib/dom.js';
import { queryHelp } from '../parts/query-help.js';
import { facts, recordingState } from '../parts/recording-state.js';
import { strings } from '../strings.js';

/** @import { Event, Recording } from '../wire.js' */

/** More are looked for in the library. */
const SHOWN = 12;

/** What is new is asked for when it has been quiet so long. */
const QUIET_MS = 1000;

/**
 * Shows what there is to search and how, before anything is asked.
 * @param {Recording[]} recordings
 * @param {() => void} changed there are others now
 * @param {AbortSignal} signal
 * @returns {{ element: HTMLElement, heard: (event: Event) => void }}
 */
export function landing(recordings, changed, signal) {
  const items = new Map(recordings.slice(0, SHOWN).map((recording) => [recording.id, item(recording)]));
  const known = new Set(recordings.map(({ id }) => id));
  const soon = debounce(changed, QUIET_MS);
  signal.addEventListener('abort', soon.cancel);
  return {
    element: recordings.length === 0 ? emptyLibrary() : overview([...items.values()].map(({ element }) => element), recordings.length),
    heard(event) {
      if (event.type === 'recording' && known.has(event.recording.id)) items.get(event.recording.id)?.show(event.recording);
      else if (event.type !== 'work') soon.later();
    },
  };
}

/**
 * @param {HTMLElement[]} first
 * @param {number} total
 */
function overview(first, total) {
  return el('div', { class: 'landing' },
    el('section', { 'aria-labelledby': 'recordings-title' },
      el('h2', { id: 'recordings-title' }, strings.recordingsTitle),
      el('ul', { class: 'recordings', role: 'list' }, ...first),
      total > SHOWN && el('p', {}, el('a', { class: 'more', href: writePlace(libraryPlace({ sort: 'title' })) }, strings.allInLibrary(total))),
    ),
    queryHelp('how-title'),
  );
}

/** @param {Recording} first */
function item(first) {
  const link = el('a', { href: writePlace(recordingPlace(first.id)), 'data-again': first.id });
  const element = el('li', {}, link);
  const show = (/** @type {Recording} */ recording) => {
    link.replaceChildren(el('bdi', {}, recording.title));
    // The link stays: it may have the focus.
    while (link.nextSibling) link.nextSibling.remove();
    element.append(...[facts(recording), recordingState({ ...recording, failure: null, next_try: null })].filter((part) => part !== null));
  };
  show(first);
  return { element, show };
}
