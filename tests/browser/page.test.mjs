/** The page over a made-up library: what can be done in it, in one browser, which takes as long to start as many tests. */

import './page/search.mjs';
import './page/in-place.mjs';
import './page/recording.mjs';
import './page/media.mjs';
import './page/library.mjs';
import './page/languages.mjs';
// Last, since it renames people and recordings.
import './page/details.mjs';
