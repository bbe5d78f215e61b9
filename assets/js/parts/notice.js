/** A notice is a sentence or two that the reader should see, with what can be done about it. */

import { ApiError } from '../api.js';
import { el } from '../lib/dom.js';
import { strings } from '../strings.js';

/**
 * @param {string} message
 * @param {{ hint?: string | null, tone?: 'quiet' | 'trouble', action?: [string, () => void] }} [more]
 */
export function notice(message, { hint, tone = 'quiet', action } = {}) {
  const button = action && el('button', { type: 'button' }, action[0]);
  if (action) button?.addEventListener('click', action[1]);
  return el('div', { class: `notice notice-${tone}`, role: tone === 'trouble' ? 'alert' : 'note' },
    el('p', {}, message, hint ? ' ' : null, hint ? el('span', { class: 'notice-hint' }, hint) : null),
    button,
  );
}

/**
 * Returns what went wrong, with a button to try again.
 * @param {unknown} error
 * @param {() => void} retry
 */
export function trouble(error, retry) {
  const known = error instanceof ApiError;
  if (!known) console.error(error);
  return notice(known ? sentence(error.message) : strings.serverTrouble, {
    hint: known ? sentence(error.hint) : null,
    tone: 'trouble',
    action: [strings.retry, retry],
  });
}

/**
 * Writes a fragment of the server, such as `no recording 3f…`, as a sentence.
 * @param {string} fragment
 */
export function sentence(fragment) {
  const text = fragment.charAt(0).toUpperCase() + fragment.slice(1);
  return text === '' || /[.!?…]$/.test(text) ? text : `${text}.`;
}
