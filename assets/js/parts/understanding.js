/** How the server read a query. */

import { el } from '../lib/dom.js';
import { sameQuery } from '../lib/query.js';
import { strings } from '../strings.js';

/** @import { Answer } from '../wire.js' */

/**
 * Says how the server read the query where that is not plainly what was typed, and what it has to add.
 * @param {Pick<Answer, 'understood' | 'notes'>} answer
 * @param {string} q
 */
export function understanding(answer, q) {
  const differs = answer.understood !== '' && !sameQuery(q, answer.understood);
  return [
    differs && el('p', { class: 'understood' }, `${strings.understood} `, el('b', { dir: 'auto' }, answer.understood)),
    answer.notes.length > 0 && el('ul', { class: 'notes', role: 'list', lang: 'en' },
      ...answer.notes.map((note) => el('li', {}, note.message))),
  ].filter((part) => part !== false);
}
