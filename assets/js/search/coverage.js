import { libraryPlace, writePlace } from '../lib/address.js';
import { el } from '../lib/dom.js';
import { strings } from '../strings.js';

/** @import { Coverage } from '../wire.js' */

/**
 * Says how much of the library an answer speaks for; leads to those that it does not, with the reasons, or to those
 * whose words are doubtful or lack.
 * @param {Coverage} coverage
 */
export function coverageLine(coverage) {
  const part = coverage.searchable < coverage.recordings ? 'unsearched' : coverage.doubtful_ms + coverage.gap_ms > 0 ? 'doubtful' : 'all';
  return el('p', { class: 'coverage' }, el('a', { href: writePlace(libraryPlace({ part })) }, strings.coverage(coverage)));
}
