import { el } from '../lib/dom.js';
import { strings } from '../strings.js';
import { queryHelp } from './query-help.js';

/** Shows what can be searched and which keys there are; Escape, the button, a click beside it or on a link closes it. */
export function showKeySheet() {
  if (document.querySelector('dialog[open]')) return;
  const close = el('button', { type: 'submit', value: 'close' }, strings.close);
  const dialog = el('dialog', { class: 'key-sheet', 'aria-labelledby': 'keys-title' }, el('div', {},
    el('form', { method: 'dialog', class: 'key-sheet-head' }, el('h1', { id: 'keys-title' }, strings.keysTitle), close),
    queryHelp('query-help-title'),
    el('h2', {}, strings.keysTitleRecording),
    keyList(strings.keys),
    el('h2', {}, strings.keysInTranscriptTitle),
    keyList(strings.keysInTranscript),
  ));
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog || (event.target instanceof Element && event.target.closest('a'))) dialog.close();
  });
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** @param {[string[], string][]} rows */
function keyList(rows) {
  return el('dl', { class: 'keys' }, ...rows.map(([keys, meaning]) => el('div', {},
    el('dt', {}, ...keys.flatMap((key, index) => [index > 0 ? ' ' : '', el('kbd', {}, key)])),
    el('dd', {}, meaning),
  )));
}
