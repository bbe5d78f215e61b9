/** One recording: what is heard beside what is written, kept in step. What is shown follows from the address alone. */

import { ApiError, recording as fetchRecording, transcript as fetchTranscript } from '../api.js';
import { libraryPlace, writePlace } from '../lib/address.js';
import { el } from '../lib/dom.js';
import { wasSuperseded } from '../lib/latest.js';
import { trouble } from '../parts/notice.js';
import { strings } from '../strings.js';
import { openRecording } from './opened.js';

/** @import { RecordingPlace } from '../lib/address.js' */
/** @import { Page, View } from '../router.js' */

/**
 * @param {Page} page
 * @param {RecordingPlace} first
 * @returns {View}
 */
export function recordingView(page, first) {
  const { main, signal } = page;
  /** @type {{ goTo: (place: RecordingPlace) => void } | null} */
  let opened = null;
  let place = first;

  const open = async () => {
    main.replaceChildren(el('p', { class: 'quiet' }, strings.loading));
    try {
      const [recording, transcript] = await Promise.all([fetchRecording(first.id, signal), fetchTranscript(first.id, signal)]);
      opened = openRecording(page, recording, transcript, place);
    } catch (error) {
      if (wasSuperseded(error)) return;
      main.replaceChildren(error instanceof ApiError && error.code === 'not_found' ? unknown() : trouble(error, open));
    }
  };
  open();

  return {
    show(to) {
      if (to.view !== 'recording' || to.id !== first.id) return false;
      place = to;
      opened?.goTo(to);
      return true;
    },
  };
}

function unknown() {
  document.title = strings.title(strings.unknownRecording);
  return el('div', { class: 'dead-end' },
    el('h1', {}, strings.unknownRecording),
    el('p', {}, strings.unknownRecordingHint),
    el('p', {}, el('a', { href: writePlace(libraryPlace()) }, strings.allRecordings)),
  );
}
