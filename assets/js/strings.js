/** Everything that the page says, in the reader's language. Only that language is loaded. */

import { chosenLanguage } from './lib/languages.js';

/** @import { Strings } from './languages/en.js' */

/** The language in which the page speaks: the first of the browser's that it knows. */
export const LANGUAGE = chosenLanguage(globalThis.navigator?.languages ?? []);

const chosen = /** @type {{ strings: Strings }} */ (await import(`./languages/${LANGUAGE}.js`));

export const { strings } = chosen;
