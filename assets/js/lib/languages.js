/** A language of the page is one in which it can say everything; its texts stand in `languages/`, one file each. */

/** The first is spoken to those whose languages are not here. */
export const LANGUAGES = /** @type {const} */ (['en', 'sv', 'es', 'fr', 'de']);

/** @typedef {typeof LANGUAGES[number]} PageLanguage */

/**
 * Returns the first of a reader's languages that the page speaks.
 * @param {readonly string[]} wanted language tags, the dearest first
 * @returns {PageLanguage}
 */
export function chosenLanguage(wanted) {
  for (const tag of wanted) {
    const found = LANGUAGES.find((language) => language === tag.toLowerCase().split('-')[0]);
    if (found) return found;
  }
  return LANGUAGES[0];
}
