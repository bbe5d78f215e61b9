import { announce } from '../announce.js';
import { stepSpeed } from '../lib/keys.js';
import { strings } from '../strings.js';

/** @import { Command } from '../lib/keys.js' */

/**
 * Does what a key asks of a recording; returns whether it was this one's to do.
 * @param {Command} command
 * @param {HTMLMediaElement | null} media
 * @param {{ next: () => void, previous: () => void }} hits
 */
export function obey(command, media, hits) {
  if (command === 'nextHit') hits.next();
  else if (command === 'previousHit') hits.previous();
  else if (media && !media.hidden && command in onMedia) onMedia[/** @type {keyof typeof onMedia} */ (command)](media);
  else return false;
  return true;
}

/** @typedef {HTMLMediaElement} M */

const onMedia = {
  playPause: (/** @type {M} */ media) => {
    // Playing may be refused or interrupted; the player then simply stays paused.
    if (media.paused) media.play().catch(() => {});
    else media.pause();
  },
  back10: (/** @type {M} */ media) => skip(media, -10),
  forward10: (/** @type {M} */ media) => skip(media, 10),
  back5: (/** @type {M} */ media) => skip(media, -5),
  forward5: (/** @type {M} */ media) => skip(media, 5),
  slower: (/** @type {M} */ media) => setSpeed(media, -1),
  faster: (/** @type {M} */ media) => setSpeed(media, 1),
  mute: (/** @type {M} */ media) => {
    media.muted = !media.muted;
    announce(strings.muted(media.muted));
  },
  fullscreen: (/** @type {M} */ media) => {
    const change = document.fullscreenElement ? document.exitFullscreen() : media.requestFullscreen();
    change.catch(() => {});
  },
  captions: (/** @type {M} */ media) => {
    const tracks = [...media.textTracks];
    const on = tracks.length > 0 && tracks.every((track) => track.mode !== 'showing');
    tracks.forEach((track, index) => (track.mode = on && index === 0 ? 'showing' : 'disabled'));
    announce(strings.captions(on));
  },
};

/**
 * @param {M} media
 * @param {number} seconds
 */
function skip(media, seconds) {
  media.currentTime = Math.max(0, media.currentTime + seconds);
}

/**
 * @param {M} media
 * @param {1 | -1} direction
 */
function setSpeed(media, direction) {
  media.playbackRate = stepSpeed(media.playbackRate, direction);
  announce(strings.speed(media.playbackRate));
}
