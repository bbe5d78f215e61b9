import { debounce } from '../lib/debounce.js';
import { el } from '../lib/dom.js';
import { showKeySheet } from '../parts/key-sheet.js';
import { strings } from '../strings.js';

/** Long enough to pass over the letters of a word, short enough to feel immediate. */
const TYPING_REST_MS = 150;

/**
 * Makes the search box. What is typed replaces the address; Enter or leaving the box settles it, so that the next
 * search is a new step of the history and "back" goes from search to search, not from letter to letter.
 * @param {string} q
 * @param {object} ways
 * @param {(q: string, how: 'push' | 'replace') => void} ways.ask
 * @param {() => void} ways.again the reader asks for what was asked already
 * @param {() => void} ways.goDown the reader wants the first result
 * @param {AbortSignal} signal
 * @returns {{ element: HTMLElement, focus: () => void, set: (q: string) => void }}
 */
export function searchBox(q, { ask, again, goDown }, signal) {
  const input = el('input', {
    id: 'search', type: 'search', name: 'q', value: q, autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false',
    enterkeyhint: 'search', dir: 'auto', placeholder: strings.searchPlaceholder,
  });
  const help = el('button', { type: 'button', class: 'help', 'aria-haspopup': 'dialog', 'aria-label': strings.help, title: strings.help }, '?');
  help.addEventListener('click', showKeySheet, { signal });
  const element = el('form', { class: 'search-box', role: 'search', action: '/' },
    el('label', { for: 'search' }, strings.searchLabel),
    el('div', { class: 'search-field' }, input, help),
  );
  let asked = q;
  let settled = true;

  const typed = debounce(() => {
    if (input.value === asked) return;
    asked = input.value;
    ask(asked, settled ? 'push' : 'replace');
    settled = false;
  }, TYPING_REST_MS);
  const settle = () => {
    typed.now();
    settled = true;
  };

  input.addEventListener('input', typed.later, { signal });
  input.addEventListener('change', settle, { signal });
  input.addEventListener('keydown', (press) => {
    if (press.key !== 'ArrowDown') return;
    press.preventDefault();
    goDown();
  }, { signal });
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    if (input.value === asked) again();
    settle();
  }, { signal });
  signal.addEventListener('abort', typed.cancel);

  const set = (/** @type {string} */ to) => {
    typed.cancel();
    input.value = asked = to;
    settled = true;
  };
  return { element, focus: () => input.focus(), set };
}
