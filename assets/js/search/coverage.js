import { el } from '../lib/dom.js';
import { strings } from '../strings.js';

/** @import { Coverage } from '../wire.js' */

/**
 * Says how much of the library an answer speaks for; leads to the list with the reasons.
 * @param {Coverage} coverage
 */
export function coverageLine(coverage) {
  return el('p', { class: 'coverage' }, el('a', { href: '/library' }, strings.coverage(coverage)));
}
