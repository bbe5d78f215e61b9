import { libraryPlace, writePlace, searchPlace } from '../lib/address.js';
import { el } from '../lib/dom.js';
import { strings } from '../strings.js';
import { whenPressed } from './pressed.js';

/** @import { Place } from '../lib/address.js' */

/**
 * Fills the head of the page and returns how to mark where in the page the reader is.
 * @param {HTMLElement} header
 * @param {() => void} showKeys
 * @returns {(place: Place) => void}
 */
export function buildHeader(header, showKeys) {
  const search = el('a', { href: writePlace(searchPlace('')) }, strings.searchTitle);
  const library = el('a', { href: writePlace(libraryPlace()) }, strings.libraryTitle);
  const keys = el('button', { type: 'button', class: 'plain', 'aria-haspopup': 'dialog' }, strings.keysTitle);
  keys.addEventListener('click', showKeys);
  whenPressed((command) => {
    // A view with a box of its own is asked there.
    if (command !== 'focusSearch' || document.querySelector('input[type=search]')) return false;
    search.click();
    return true;
  });
  header.append(
    el('a', { class: 'wordmark', href: writePlace(searchPlace('')), translate: 'no' }, strings.appName),
    el('nav', {}, search, library, keys),
  );
  return (place) => {
    for (const [link, view] of /** @type {const} */ ([[search, 'search'], [library, 'library']])) {
      if (place.view === view) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
  };
}
