import { ApiError, retry } from '../api.js';
import { announce } from '../announce.js';
import { el } from '../lib/dom.js';
import { strings } from '../strings.js';
import { sentence } from './notice.js';

/** @import { Recording } from '../wire.js' */

/**
 * Makes a button that asks for another try of a recording that failed, as a whole or in part, or that waits for one.
 * @param {Recording} recording
 * @param {AbortSignal} signal
 */
export function againButton({ id, state, failure, next_try }, signal) {
  if (failure === null && !next_try) return null;
  const text = next_try ? strings.tryNow : state === 'partly' ? strings.transcribeAgain : strings.retry;
  const button = el('button', { type: 'button' }, text);
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      await retry(id, signal);
      button.textContent = strings.askedAgain;
      announce(strings.askedAgain);
    } catch (error) {
      if (signal.aborted) return;
      button.disabled = false;
      button.after(el('p', { role: 'alert' }, error instanceof ApiError ? sentence(error.message) : strings.serverTrouble));
    }
  }, { signal });
  return button;
}
