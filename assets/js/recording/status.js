import { announce } from '../announce.js';
import { recording as fetchRecording } from '../api.js';
import { listen } from '../events.js';
import { el } from '../lib/dom.js';
import { notice } from '../parts/notice.js';
import { recordingState } from '../parts/recording-state.js';
import { strings } from '../strings.js';

/** @import { Recording, State, Transcript } from '../wire.js' */

/** @type {Partial<Record<State, string>>} */
const SENTENCES = {
  waiting: strings.waitingNow,
  transcribing: strings.transcribingNow,
  partly: strings.partlyNow,
  failed: strings.failedNow,
};

/**
 * Says how far a recording's transcript is and what is wrong with its media file, live as long as it is not finished.
 * @param {Recording} first
 * @param {{ shown: () => Transcript | null, show: () => Promise<void> }} text what is on the page, and how to put what is newest
 * @param {AbortSignal} signal
 */
export function showStatus(first, text, signal) {
  const element = el('div', { class: 'notices' });

  const tell = (/** @type {Recording} */ recording) => {
    const sentence = SENTENCES[recording.state];
    if (sentence) element.replaceChildren(el('div', { class: 'notice' }, el('p', {}, sentence), recordingState(recording)));
    else element.replaceChildren(...recording.damage ? [notice(strings.damage(recording.damage))] : []);
  };
  const update = async (/** @type {Recording} */ recording) => {
    tell(recording);
    const shown = text.shown();
    const newer = recording.revision !== null
      && (recording.revision !== shown?.revision || recording.words !== shown.words.text.length);
    if (!newer) return;
    if (shown === null || shown.words.text.length === 0) await text.show();
    else offer(recording);
  };
  /** Somebody may be reading, so a newer text waits to be asked for. @param {Recording} recording */
  const offer = (recording) => {
    const offered = notice(strings.newerTranscript, {
      action: [strings.showNewer, async () => {
        await text.show();
        tell(recording);
      }],
    });
    element.append(offered);
  };

  tell(first);
  if (first.state === 'waiting' || first.state === 'transcribing') {
    listen({
      heard(event) {
        if (event.type === 'recording' && event.recording.id === first.id) update(event.recording);
        if (event.type === 'removed' && event.id === first.id) {
          element.replaceChildren(notice(strings.removed));
          announce(strings.removed);
        }
      },
      missed: () => fetchRecording(first.id, signal).then(update, () => {}),
    }, signal);
  }
  return element;
}
