import { el } from '../lib/dom.js';
import { strings } from '../strings.js';

/** Says how to put recordings into an empty library. */
export function emptyLibrary() {
  return el('div', { class: 'empty' },
    el('p', {}, strings.noRecordings),
    el('p', {}, strings.addRecordings),
    el('pre', { translate: 'no' }, el('code', {}, strings.addCommand)),
  );
}
