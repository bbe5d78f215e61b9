import { commandOf } from '../lib/keys.js';

/** @import { Command } from '../lib/keys.js' */

const FIELDS = 'textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button], [type=range])';
const BUTTONS = 'button, summary, [role=button], input';

/**
 * Hands on what key presses ask for, until the signal ends it.
 * @param {(command: Command) => boolean} obey returns whether it did, so that the browser does nothing more
 * @param {AbortSignal} [signal]
 */
export function whenPressed(obey, signal) {
  document.addEventListener('keydown', (press) => {
    const target = press.target;
    if (press.defaultPrevented || !(target instanceof Element) || document.querySelector('dialog[open]')) return;
    const focus = { typing: target.matches(FIELDS), button: target.matches(BUTTONS), player: target.matches('video, audio') };
    const command = commandOf(press, focus);
    if (command && obey(command)) press.preventDefault();
  }, { signal });
}
