import { announce } from '../announce.js';
import { recording as fetchRecording } from '../api.js';
import { listen } from '../events.js';
import { el } from '../lib/dom.js';
import { againButton } from '../parts/again.js';
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
 * Says how far a recording's transcript is and what is wrong with its media file, live as long as it is open.
 * @param {Recording} first
 * @param {object} told
 * @param {() => Transcript | null} told.shown what is on the page
 * @param {() => Promise<void>} told.show puts there what is newest
 * @param {() => void} told.gone the recording is no longer in the library
 * @param {AbortSignal} signal
 */
export function showStatus(first, { shown, show, gone }, signal) {
  const element = el('div', { class: 'notices' });

  const tell = (/** @type {Recording} */ recording) => {
    const { state, damage } = recording;
    const sentence = SENTENCES[state];
    if (sentence) {
      const again = againButton(recording, signal);
      element.replaceChildren(el('div', { class: 'notice' }, el('p', {}, sentence), again, recordingState(recording)));
    }
    else element.replaceChildren(...damage ? [notice(strings.damage(damage))] : []);
  };
  const update = async (/** @type {Recording} */ recording) => {
    tell(recording);
    const text = shown();
    const newer = recording.revision !== null
      && (recording.revision !== text?.revision || recording.words !== text.words.text.length);
    if (!newer) return;
    if (text === null || text.words.text.length === 0) await show();
    else offer(recording);
  };
  /** Somebody may be reading, so a newer text waits to be asked for. @param {Recording} recording */
  const offer = (recording) => {
    const offered = notice(strings.newerTranscript, {
      action: [strings.showNewer, async () => {
        await show();
        tell(recording);
      }],
    });
    element.append(offered);
  };

  tell(first);
  listen({
    heard(event) {
      if (event.type === 'recording' && event.recording.id === first.id) update(event.recording);
      if (event.type === 'removed' && event.id === first.id) {
        gone();
        element.replaceChildren(notice(strings.removed));
        announce(strings.removed);
      }
    },
    missed: () => fetchRecording(first.id, signal).then(update, () => {}),
  }, signal);
  return element;
}
