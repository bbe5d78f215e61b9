/** Help with queries: what can be typed, in examples that find something in this library. */

import { recordings, transcript } from '../api.js';
import { searchPlace, writePlace } from '../lib/address.js';
import { el } from '../lib/dom.js';
import { exampleRecording, examplesOf, materialOf } from '../lib/examples.js';
import { strings } from '../strings.js';

/** @import { Example } from '../lib/examples.js' */

/** @type {Promise<Example[]> | null} asked for until there are some */
let known = null;

/**
 * Shows what can be typed; the library's own words take the place of made-up ones as soon as they are known.
 * @param {string} id of the heading
 */
export function queryHelp(id) {
  const list = el('dl', {}, ...examplesOf(strings.howExamples).map(row));
  known ??= libraryExamples();
  known.then((examples) => {
    if (examples.length > 0) list.replaceChildren(...examples.map(row));
  });
  return el('section', { class: 'how', 'aria-labelledby': id }, el('h2', { id }, strings.howTitle), list);
}

/** @param {Example} example */
function row([query, meaning]) {
  return el('div', {},
    el('dt', {}, el('a', { href: writePlace(searchPlace(query)) }, el('code', { dir: 'auto' }, query))),
    el('dd', {}, strings.how[meaning]),
  );
}

/** @returns {Promise<Example[]>} none when the library says nothing, or not now */
async function libraryExamples() {
  const { signal } = new AbortController();
  try {
    const recording = exampleRecording(await recordings(signal));
    const words = recording && await transcript(recording.id, signal);
    const material = words && materialOf(words, recording);
    if (material) return examplesOf(material);
  } catch {
    // Those made up stay.
  }
  known = null;
  return [];
}
