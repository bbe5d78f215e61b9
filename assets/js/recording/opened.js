/** An open recording: player, transcript, find and status, each a part of its own, told of one another here. */

import { announce } from '../announce.js';
import { transcript as fetchTranscript } from '../api.js';
import { searchPlace, writePlace } from '../lib/address.js';
import { el, replaceWhatDiffers } from '../lib/dom.js';
import { formatClock, formatSeconds, parseMoment, playFrom } from '../lib/time.js';
import { notice } from '../parts/notice.js';
import { whenPressed } from '../parts/pressed.js';
import { facts } from '../parts/recording-state.js';
import { strings } from '../strings.js';
import { obey } from './commands.js';
import { showDetails } from './details.js';
import { findBar } from './find.js';
import { rememberPlace, rememberedPlace } from './place.js';
import { buildPlayer } from './player.js';
import { openReading } from './reading.js';
import { showStatus } from './status.js';
import { speechStrip } from './strip.js';

/** @import { RecordingPlace } from '../lib/address.js' */
/** @import { Recording, Transcript } from '../wire.js' */
/** @import { Page } from '../router.js' */
/** @import { Reading } from './reading.js' */

/** Words that a new transcript times a little differently have not moved. */
const MOVED_MS = 2000;

/** More speakers than this are not named at the head; each is named where they speak. */
const MOST_SPEAKERS = 6;

/**
 * @param {Page} page
 * @param {Recording} firstRecording
 * @param {Transcript | null} firstTranscript
 * @param {RecordingPlace} first
 * @returns {{ goTo: (place: RecordingPlace) => void }}
 */
export function openRecording({ main, signal, write }, firstRecording, firstTranscript, first) {
  const { id } = firstRecording;
  let recording = firstRecording;
  let place = first;
  /** @type {Reading | null} */
  let reading = null;

  const player = buildPlayer(recording, signal);
  const back = el('p', { class: 'back' });
  const timeNotes = el('div', { class: 'notices' });
  const text = el('div', { class: 'text' });
  const strip = el('div', {});
  const find = findBar(recording, {
    asked(q) {
      place = { ...place, q };
      write(place, 'replace');
      showWayBack();
    },
    found(hits, revision) {
      if (hits.length > 0 && reading && revision !== reading.transcript.revision) readAgain(revision);
      else reading?.mark(hits);
    },
    went: (ms) => go(ms),
    playing_ms: () => (player.media && !player.media.paused ? Math.round(player.media.currentTime * 1000) : null),
  }, signal);

  const showWayBack = () => {
    const to = place.q === '' ? { href: '/', text: strings.allRecordings }
      : { href: writePlace(searchPlace(place.q)), text: strings.backToResults(strings.quoted(place.q)) };
    back.replaceChildren(el('a', { href: to.href }, to.text));
  };

  const go = (/** @type {number} */ ms) => {
    place = { ...place, t: formatSeconds(ms), w: '' };
    write(place, 'replace');
    arrive();
  };

  /** Goes to the time in the address: marks its words, shows them, and sets playback a second before them. */
  const arrive = () => {
    const said_ms = point();
    if (said_ms === null) return;
    reading?.showPointed();
    player.seek(playFrom(said_ms));
    find.setPosition(said_ms);
    announce(strings.openedAt(formatClock(said_ms)));
  };

  /** Marks the words of the time in the address and says what became of them; returns when they are said. */
  const point = () => {
    timeNotes.replaceChildren();
    if (place.t === '') return null;
    const moment = parseMoment(place.t);
    if (moment === null) {
      timeNotes.append(notice(strings.notATime(place.t)));
      return null;
    }
    const { start_ms, end_ms } = moment;
    if (recording.duration_ms !== null && start_ms > recording.duration_ms) {
      timeNotes.append(notice(strings.pastTheEnd(formatClock(start_ms))));
    }
    const found = reading?.point(start_ms, end_ms, place.w) ?? null;
    // Where words moved, they are played where they are said now.
    const said_ms = found?.kind === 'same' ? start_ms : reading?.transcript.words.start_ms[found?.first ?? -1] ?? start_ms;
    if (found?.kind === 'moved' && Math.abs(said_ms - start_ms) > MOVED_MS) timeNotes.append(notice(strings.quoteMoved(formatClock(said_ms))));
    if (found?.kind === 'changed') timeNotes.append(notice(strings.quoteChanged));
    return said_ms;
  };

  const play = (/** @type {number} */ ms) => {
    go(ms);
    player.media?.play().catch(() => {});
  };

  /**
   * Shows a transcript. The reader of another one stays where they were; who asked for it is where the notice stands, and
   * is brought back to the words of the address, or to those that are heard.
   * @param {Transcript} transcript
   * @param {boolean} [asked]
   */
  const read = (transcript, asked = false) => {
    const left = reading?.close();
    reading = openReading(transcript, () => recording, player.media, { went: go }, left?.following ?? 'idle', signal);
    if (recording.kind === 'audio' && player.media) {
      strip.replaceChildren(speechStrip(transcript, recording, player.media, play, reading.signal));
    }
    text.replaceChildren(reading.element);
    point();
    // Who comes back to a recording that was opened at no time, or loads it anew, reads on as well.
    const stood = left ? left.place : place.t === '' ? rememberedPlace() : null;
    if (asked) {
      reading.focus();
      reading.showHeard();
    } else if (stood) reading.take(stood);
    else if (!left) reading.showPointed();
    find.search(place.q);
  };

  /** @param {number | null} revision that the moments were found in */
  const readAgain = async (revision) => {
    const newer = await fetchTranscript(id, signal).catch(() => null);
    if (newer && newer.revision === revision) read(newer);
    else timeNotes.replaceChildren(notice(strings.transcriptChanged));
  };

  const status = showStatus(recording, {
    shown: () => reading?.transcript ?? null,
    isHeld: () => reading?.isHeld() ?? false,
    gone() {
      player.media?.pause();
    },
    async show(asked) {
      const now = reading?.transcript;
      const newer = await fetchTranscript(id, signal).catch(() => null);
      const same = newer?.revision === (now?.revision ?? 0) && newer.words.text.length === (now?.words.text.length ?? 0);
      if (newer && !same) read(newer, asked);
    },
    changed(now) {
      recording = { ...recording, ...now };
      player.caption(recording);
      showName(recording);
    },
  }, signal);

  showWayBack();
  const name = el('div', { class: 'recording-name' });
  /** @param {Recording} now */
  const showName = (now) => {
    replaceWhatDiffers(name, [el('h1', {}, el('bdi', {}, now.title)), facts(now, ...speakersOf(now), heardTrack(now))]);
    document.title = strings.title(now.title);
  };
  const details = showDetails(recording, async (now, areSpeakersRenamed) => {
    recording = now;
    showName(now);
    const renamed = areSpeakersRenamed && await fetchTranscript(id, signal).catch(() => null);
    if (renamed) read(renamed);
  }, signal);
  showName(recording);

  main.replaceChildren(
    el('header', { class: 'recording-head' }, back, name, details),
    el('div', { class: `recording recording-${recording.kind}` },
      el('div', { class: 'stage' }, player.element, strip, find.element),
      el('div', { class: 'transcript-column' }, ...status, timeNotes, text),
    ),
  );
  find.set(place.q);
  if (firstTranscript) read(firstTranscript);
  else text.append(el('p', { class: 'quiet' }, strings.noTranscript));
  arrive();
  rememberPlace(() => reading?.place() ?? null, signal);
  whenPressed((command) => obey(command, player.media, find), signal);

  return {
    goTo(to) {
      const asked = to.q !== place.q;
      place = to;
      if (asked) {
        find.set(to.q);
        find.search(to.q);
        showWayBack();
      }
      arrive();
    },
  };
}

/** @param {Recording} recording */
function speakersOf({ speakers }) {
  const more = speakers.length - MOST_SPEAKERS;
  return [...speakers.slice(0, MOST_SPEAKERS), ...more > 0 ? [strings.moreSpeakers(more)] : []];
}

/**
 * Says which of several sound tracks the words are of: a player may play another.
 * @param {Recording} recording
 */
function heardTrack({ tracks = [] }) {
  const used = tracks.find((track) => track.used);
  return used && tracks.length > 1 ? strings.soundTrack(tracks.indexOf(used) + 1, tracks.length, used.language) : '';
}
