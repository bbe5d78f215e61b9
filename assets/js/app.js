/** The page: its views, and what all of them share. */

import { libraryView } from './library/view.js';
import { missingView } from './missing.js';
import { buildHeader } from './parts/header.js';
import { showKeySheet } from './parts/key-sheet.js';
import { whenPressed } from './parts/pressed.js';
import { recordingView } from './recording/view.js';
import { start } from './router.js';
import { LANGUAGE, strings } from './strings.js';
import { searchView } from './search/view.js';

const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

document.documentElement.lang = LANGUAGE;
document.documentElement.dir = strings.direction;
byId('skip').textContent = strings.skip;
// A fragment in the address would be another place: the view would go to it anew.
byId('skip').addEventListener('click', (press) => {
  press.preventDefault();
  byId('main').focus();
});

const views = {
  search: searchView,
  recording: recordingView,
  library: libraryView,
  missing: missingView,
};

start(views, byId('main'), buildHeader(byId('header'), showKeySheet));

whenPressed((command) => {
  if (command === 'help') showKeySheet();
  if (command === 'focusSearch') /** @type {HTMLInputElement | null} */ (document.querySelector('input[type=search]'))?.select();
  return command === 'help' || command === 'focusSearch';
});
