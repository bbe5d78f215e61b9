import { el } from './lib/dom.js';
import { strings } from './strings.js';

/** @import { Page, View } from './router.js' */

/**
 * Says that an address leads nowhere.
 * @param {Page} page
 * @returns {View}
 */
export function missingView({ main }) {
  document.title = strings.title(strings.missingTitle);
  main.append(el('div', { class: 'dead-end' }, el('h1', {}, strings.missingTitle), el('p', {}, strings.missingHint)));
  return { show: (place) => place.view === 'missing' };
}
