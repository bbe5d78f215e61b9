import { el } from '../lib/dom.js';
import { strings } from '../strings.js';

/** @type {HTMLDialogElement | null} */
let sheet = null;

/** Shows which keys there are; Escape or the button closes it. */
export function showKeySheet() {
  sheet ??= build();
  if (!sheet.open) sheet.showModal();
}

function build() {
  const close = el('button', { type: 'submit', value: 'close' }, strings.close);
  const dialog = el('dialog', { class: 'key-sheet', 'aria-labelledby': 'keys-title' },
    el('h2', { id: 'keys-title' }, strings.keysTitle),
    keyList(strings.keys),
    el('h3', {}, strings.keysInTranscriptTitle),
    keyList(strings.keysInTranscript),
    el('form', { method: 'dialog' }, close),
  );
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  return dialog;
}

/** @param {[string[], string][]} rows */
function keyList(rows) {
  return el('dl', { class: 'keys' }, ...rows.map(([keys, meaning]) => el('div', {},
    el('dt', {}, ...keys.flatMap((key, index) => [index > 0 ? ' ' : '', el('kbd', {}, key)])),
    el('dd', {}, meaning),
  )));
}
