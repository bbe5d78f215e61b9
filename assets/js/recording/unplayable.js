/** What cannot be played: why, and what can be done: wait, try again, or have a copy made that every browser plays. */

import { ApiError, accessCopy, deleteAccessCopy, isNotThere, makeAccessCopy } from '../api.js';
import { el } from '../lib/dom.js';
import { notice, trouble } from '../parts/notice.js';
import { progressBar } from '../parts/recording-state.js';
import { strings } from '../strings.js';

/** @import { AccessCopy } from '../wire.js' */
/** @import { Playable } from './player.js' */

/**
 * @typedef {object} Ways
 * @property {(url: string) => void} load plays another file at the same time
 * @property {(...shown: Node[]) => void} show puts something below the player
 */

/** How often the copy is asked for while it is made. */
const LOOK_MS = 1000;

/**
 * Says why something cannot be played, or plays the copy where there is one.
 * @param {Playable} recording
 * @param {'all' | 'picture' | 'sound' | 'gone'} what
 * @param {Ways} ways
 * @param {AbortSignal} signal
 */
export async function showUnplayable(recording, what, ways, signal) {
  const { id, media } = recording;
  try {
    const isGone = what === 'gone' || await isNotThere(media.url, signal);
    const copy = await accessCopy(id, signal).catch((error) => {
      // A server of another time may know no copies.
      if (error instanceof ApiError) return null;
      throw error;
    });
    if (copy?.state === 'ready') playCopy(copy, recording, ways, signal);
    else if (isGone) ways.show(media.state === 'changed' ? notice(strings.mediaChanged) : notice(strings.mediaMissing, stillRead(recording)));
    else ways.show(...offer(copy, recording, what, ways, signal));
  } catch (error) {
    if (signal.aborted) return;
    ways.show(trouble(error, () => {
      ways.show();
      ways.load(media.url);
    }));
  }
}

/** Words are there without media, as soon as there are any. @param {Playable} recording */
function stillRead({ revision }) {
  return { hint: revision === null ? null : strings.stillRead };
}

/**
 * @param {AccessCopy | null} copy
 * @param {Playable} recording
 * @param {'all' | 'picture' | 'sound' | 'gone'} what
 * @param {Ways} ways
 * @param {AbortSignal} signal
 */
function offer(copy, recording, what, ways, signal) {
  const { media, tracks = [] } = recording;
  const sound = tracks.find((track) => track.default)?.codec;
  const codecs = copy && copy.codecs.length > 0 ? copy.codecs : sound ? [sound] : [];
  const named = [media.mime, ...codecs].join(', ');
  const texts = { all: strings.mediaUnreadable, gone: strings.mediaUnreadable, picture: strings.pictureUnreadable, sound: strings.soundUnreadable };
  const said = notice(texts[what](named), what === 'all' ? stillRead(recording) : {});
  if (!copy) return [said];
  if (copy.state === 'waiting' || copy.state === 'running') {
    follow(copy, recording, ways, signal);
    return [];
  }
  const failed = copy.state === 'failed' ? [notice(strings.copyFailed(copy.reason ?? ''))] : [];
  if (!copy.possible) return [said, convert(copy)];
  const make = notice(strings.makeCopyHint, {
    action: [strings.makeCopy, () => makeAccessCopy(recording.id, signal).then(
      (begun) => follow(begun, recording, ways, signal),
      (error) => signal.aborted || ways.show(said, trouble(error, () => showUnplayable(recording, what, ways, signal))),
    )],
  });
  return [said, ...failed, make];
}

/** @param {AccessCopy} copy */
function convert({ command }) {
  return el('div', { class: 'notice' }, el('p', {}, strings.convertHint), el('pre', { translate: 'no', tabindex: 0 }, el('code', {}, command)));
}

/**
 * Shows how far the copy is until it is there.
 * @param {AccessCopy} copy
 * @param {Playable} recording
 * @param {Ways} ways
 * @param {AbortSignal} signal
 */
async function follow(copy, recording, ways, signal) {
  let now = copy;
  while (!signal.aborted && (now.state === 'waiting' || now.state === 'running')) {
    const said = now.state === 'waiting' ? strings.copyWaiting : strings.copyRunning;
    ways.show(el('div', { class: 'notice', role: 'note' }, el('p', {}, said), progressBar(now, said)));
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    try {
      now = await accessCopy(recording.id, signal);
    } catch (error) {
      // Of a recording that was removed there is nothing to wait for; a server that does not answer may do so again.
      if (error instanceof ApiError && error.code === 'not_found') return;
    }
  }
  if (signal.aborted) return;
  if (now.state === 'ready') playCopy(now, recording, ways, signal);
  else ways.show(...offer(now, recording, 'all', ways, signal));
}

/**
 * @param {AccessCopy} copy
 * @param {Playable} recording
 * @param {Ways} ways
 * @param {AbortSignal} signal
 */
function playCopy(copy, recording, ways, signal) {
  ways.show(notice(strings.copyPlays, {
    action: [strings.deleteCopy, async () => {
      await deleteAccessCopy(recording.id, signal).catch(() => {});
      if (signal.aborted) return;
      ways.show();
      ways.load(recording.media.url);
    }],
  }));
  ways.load(copy.url);
}
