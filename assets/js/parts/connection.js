/** Says quietly, at the foot of the page, that the server does not answer, until it does. */

import { el } from '../lib/dom.js';
import { strings } from '../strings.js';

/** A server that starts anew is back before anybody need know. */
const PATIENCE_MS = 1500;

const notice = el('p', { class: 'connection', role: 'status' });

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** The server stopped answering. */
export function connectionLost() {
  timer ??= setTimeout(() => {
    if (!notice.isConnected) document.body.append(notice);
    // Written when it stands: a change of what is there is what a screen reader tells.
    requestAnimationFrame(() => (notice.textContent = timer === undefined ? '' : strings.reconnecting));
  }, PATIENCE_MS);
}

/** It answers, or nobody waits for it any longer. */
export function connectionBack() {
  clearTimeout(timer);
  timer = undefined;
  notice.textContent = '';
}
