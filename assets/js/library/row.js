import { recordingPlace, writePlace } from '../lib/address.js';
import { el, isolated } from '../lib/dom.js';
import { againButton } from '../parts/again.js';
import { facts, recordingState } from '../parts/recording-state.js';
import { strings } from '../strings.js';

/** @import { Recording } from '../wire.js' */

/** More are named in the recording itself. */
const MOST_SPEAKERS = 4;

/**
 * Shows one recording of the library.
 * @param {Recording} recording
 * @param {AbortSignal} signal
 */
export function row(recording, signal) {
  const { id, title, words, speakers, folders } = recording;
  const more = speakers.length - MOST_SPEAKERS;
  const who = [...speakers.slice(0, MOST_SPEAKERS), ...more > 0 ? [strings.moreSpeakers(more)] : []];
  return el('li', { class: 'library-row' },
    el('div', {},
      el('h2', {}, el('a', { href: writePlace(recordingPlace(id)) }, el('bdi', {}, title))),
      facts(recording, ...words > 0 ? [strings.words(words)] : []),
      who.length > 0 && el('p', { class: 'facts' }, ...who.flatMap((name, at) => [at > 0 ? ', ' : '', isolated(name)])),
      ...folders.map((folder) => el('p', { class: 'facts folder', translate: 'no' }, isolated(folder))),
    ),
    el('div', { class: 'library-state' },
      recordingState(recording, { always: true }),
      doubt(recording),
      againButton(recording, signal),
    ),
  );
}

/** Says how much of what is said cannot be trusted. @param {Recording} recording */
function doubt({ doubtful_ms, gap_ms, duration_ms }) {
  const parts = [
    doubtful_ms > 0 && strings.doubtfulPart(strings.length(doubtful_ms), doubtful_ms / Math.max(doubtful_ms, duration_ms ?? 0)),
    gap_ms > 0 && strings.gapPart(strings.length(gap_ms)),
  ].filter((part) => part !== false);
  return parts.length > 0 && el('p', { class: 'facts' }, parts.join(' · '));
}
