import { el } from '../lib/dom.js';

/**
 * Makes a labelled list to choose one of.
 * @template {string} Value
 * @param {string} label
 * @param {[Value, string][]} choices value and what is shown of it
 * @param {Value} chosen
 * @param {(value: Value) => void} choose
 */
export function chooser(label, choices, chosen, choose) {
  const known = choices.some(([value]) => value === chosen);
  const shown = known ? choices : [...choices, /** @type {[Value, string]} */ ([chosen, chosen])];
  const select = el('select', {}, ...shown.map(([value, text]) => el('option', { value, selected: value === chosen }, text)));
  select.addEventListener('change', () => choose(/** @type {Value} */ (select.value)));
  return el('label', { class: 'chooser' }, el('span', {}, label), select);
}
