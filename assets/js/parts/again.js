import { ApiError, retry } from '../api.js';
import { announce } from '../announce.js';
import { el } from '../lib/dom.js';
import { strings } from '../strings.js';
import { sentence } from './notice.js';

/**
 * Makes a button that asks for another try of a recording that failed, as a whole or in part.
 * @param {string} id
 * @param {AbortSignal} signal
 */
export function againButton(id, signal) {
  const button = el('button', { type: 'button' }, strings.tryAgain);
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
