/** The keys of a recording, as people know them from video sites. */

/**
 * @typedef {'playPause' | 'back10' | 'forward10' | 'back5' | 'forward5' | 'mute' | 'fullscreen' | 'captions' | 'slower'
 *   | 'faster' | 'nextHit' | 'previousHit' | 'focusSearch' | 'help'} Command
 */

/** @type {Map<string, Command>} */
const COMMANDS = new Map([
  [' ', 'playPause'],
  ['k', 'playPause'],
  ['j', 'back10'],
  ['l', 'forward10'],
  ['ArrowLeft', 'back5'],
  ['ArrowRight', 'forward5'],
  ['m', 'mute'],
  ['f', 'fullscreen'],
  ['c', 'captions'],
  ['<', 'slower'],
  ['>', 'faster'],
  ['n', 'nextHit'],
  ['N', 'previousHit'],
  ['/', 'focusSearch'],
  ['?', 'help'],
]);

/**
 * Returns what a key press asks for; null when it is somebody else's: typed text, a browser shortcut, Space on a button,
 * Space and arrows on the player, whose own buttons and sliders need them, or with Shift, which selects and scrolls back.
 * @param {{ key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean, shiftKey: boolean }} press
 * @param {{ typing: boolean, button: boolean, player: boolean }} focus
 * @returns {Command | null}
 */
export function commandOf(press, focus) {
  if (press.ctrlKey || press.metaKey || press.altKey || focus.typing) return null;
  if (press.key === ' ' && (focus.button || focus.player || press.shiftKey)) return null;
  if (press.key.startsWith('Arrow') && (focus.player || press.shiftKey)) return null;
  return COMMANDS.get(press.key) ?? COMMANDS.get(press.key.toLowerCase()) ?? null;
}

/** Speeds that `<` and `>` step through. */
const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

/**
 * Returns the next speed up or down.
 * @param {number} speed
 * @param {1 | -1} direction
 */
export function stepSpeed(speed, direction) {
  const next = direction > 0 ? SPEEDS.find((s) => s > speed) : SPEEDS.findLast((s) => s < speed);
  return next ?? speed;
}
