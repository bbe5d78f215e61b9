import { announce } from '../announce.js';
import { ApiError, recording as fetchRecording } from '../api.js';
import { listen } from '../events.js';
import { el, replaceWhatDiffers } from '../lib/dom.js';
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

/** While the first transcript is made, its draft is asked for so often. */
const DRAFT_MS = 10_000;

/**
 * Says how far a recording's transcript is and what is wrong with its media file, live as long as it is open.
 * @param {Recording} first
 * @param {object} told
 * @param {() => Transcript | null} told.shown what is on the page
 * @param {() => boolean} told.isHeld whether the reader's focus or selection is in it
 * @param {(asked: boolean) => Promise<void>} told.show puts there what is newest, asked for by the reader or not
 * @param {(now: Recording) => void} told.changed
 * @param {() => void} told.gone the recording is no longer in the library
 * @param {AbortSignal} signal
 * @returns {HTMLElement[]}
 */
export function showStatus(first, { shown, isHeld, show, changed, gone }, signal) {
  const status = el('div', { class: 'notices' });
  const offered = el('div', { class: 'notices' });
  let drafted = -Infinity;

  const tell = (/** @type {Recording} */ recording) => {
    const { state, damage } = recording;
    const sentence = SENTENCES[state];
    const said = sentence ? el('div', { class: 'notice' }, el('p', {}, sentence), againButton(recording, signal), recordingState(recording))
      : damage && notice(strings.damage(damage));
    replaceWhatDiffers(status, said ? [said] : []);
  };
  const update = async (/** @type {Recording} */ recording) => {
    tell(recording);
    changed(recording);
    const text = shown();
    if (!isNewer(recording, text)) return;
    // A draft grows by itself; what somebody reads or holds is not taken away unasked.
    const isRead = text !== null && text.words.text.length > 0 && (text.revision > 0 || isHeld());
    if (isRead) return offer();
    await show(false);
    offered.replaceChildren();
  };
  /**
   * @param {Recording} recording
   * @param {Transcript | null} text
   */
  const isNewer = ({ revision, state, words }, text) => {
    if (revision !== null) return revision !== text?.revision || words !== text.words.text.length;
    if (state !== 'transcribing' || performance.now() < drafted + DRAFT_MS) return false;
    drafted = performance.now();
    return true;
  };
  const offer = () => replaceWhatDiffers(offered, [notice(strings.newerTranscript, {
    action: [strings.showNewer, async () => {
      await show(true);
      offered.replaceChildren();
    }],
  })]);
  const removed = () => {
    gone();
    offered.replaceChildren();
    status.replaceChildren(notice(strings.removed));
    announce(strings.removed);
  };

  tell(first);
  listen({
    heard(event) {
      if (event.type === 'recording' && event.recording.id === first.id) update(event.recording);
      if (event.type === 'removed' && event.id === first.id) removed();
    },
    missed: () => fetchRecording(first.id, signal).then(update, (error) => {
      if (error instanceof ApiError && error.code === 'not_found') removed();
    }),
  }, signal);
  return [status, offered];
}
