/** Files with 50 ms beeps at 1, 2.2 and 3.4 s, whose sound starts late, has gaps, is cut or fragmented. */

import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const BEEP = '0.8*sin(2*PI*1000*t)*(between(t\\,1\\,1.05)+between(t\\,2.2\\,2.25)+between(t\\,3.4\\,3.45))';
const SOURCES = {
  SOUND: ['-f', 'lavfi', '-i', `aevalsrc=${BEEP}:d=4.5:s=48000`],
  HALF: ['-f', 'lavfi', '-i', `aevalsrc=${BEEP}:d=4.5:s=24000`],
  // A second without packets.
  GAP: ['-f', 'lavfi', '-i', `aevalsrc=${BEEP}:d=4.5:s=48000,aselect=not(between(t\\,1.1\\,2.1))`],
  PICTURE: ['-f', 'lavfi', '-i', 'testsrc=s=64x48:r=10:d=5'],
  H264: ['-c:v', 'libx264', '-bf', '0', '-g', '10'],
};

/**
 * @typedef {object} Row
 * @property {string} file
 * @property {string} what
 * @property {string} command arguments of ffmpeg, in which capitals stand for sources
 * @property {boolean} [runsTogether] Chromium plays what lies on both sides of a gap without it
 * @property {number} [bound_ms] where Chromium itself is further off than the rest
 * @property {string} [plays] the file that the page plays, where it is another one
 * @property {(bytes: Buffer) => void} [change] what ffmpeg has no option for
 */

/** @type {Row[]} */
export const ROWS = [
  { file: 'sound.wav', what: 'WAV', command: 'SOUND' },
  { file: 'sound.flac', what: 'FLAC', command: 'SOUND' },
  { file: 'sound.m4a', what: 'M4A, AAC', command: 'SOUND -c:a aac' },
  { file: 'film.mp4', what: 'MP4, AAC, reordered pictures', command: 'PICTURE SOUND -c:v libx264 -c:a aac' },
  { file: 'late.mp4', what: 'MP4, sound 0.8 s late', command: 'PICTURE -itsoffset 0.8 SOUND H264 -c:a aac' },
  { file: 'cut.mp4', what: 'MP4, cut at 0.73 s by its edit list', command: '-ss 0.73 -i film.mp4 -c copy' },
  {
    file: 'fragments.mp4', what: 'MP4, fragments',
    command: 'PICTURE SOUND H264 -c:a aac -movflags frag_keyframe+empty_moov+delay_moov',
  },
  {
    file: 'fragments-late.mp4', what: 'MP4, fragments, sound 0.8 s late', runsTogether: true,
    command: 'PICTURE -itsoffset 0.8 SOUND H264 -c:a aac -movflags frag_keyframe+empty_moov+default_base_moof',
  },
  { file: 'film.mov', what: 'QuickTime, AAC', command: 'PICTURE SOUND H264 -c:a aac' },
  { file: 'opus.mp4', what: 'MP4, Opus', command: 'PICTURE SOUND H264 -c:a libopus' },
  // Takes the encoder's delay off twice.
  { file: 'mp3.mp4', what: 'MP4, MP3', command: 'PICTURE SOUND H264 -c:a libmp3lame', bound_ms: 30 },
  {
    file: 'he.m4a', what: 'M4A, HE-AAC', command: 'HALF -c:a aac',
    // The same bits, said to be the lower half of HE-AAC.
    change: (bytes) => Buffer.from('2b09880000', 'hex').copy(bytes, bytes.indexOf('130856e500', 'hex')),
  },
  { file: 'opus.webm', what: 'WebM, Opus with CodecDelay', command: 'PICTURE SOUND -c:v libvpx -c:a libopus' },
  { file: 'late.webm', what: 'WebM, sound 0.8 s late', command: 'PICTURE -itsoffset 0.8 SOUND -c:v libvpx -c:a libopus' },
  // Loses a packet of Vorbis when it seeks.
  { file: 'vorbis.webm', what: 'WebM, Vorbis', command: 'PICTURE SOUND -c:v libvpx -c:a libvorbis', bound_ms: 25 },
  {
    file: 'vorbis-8.webm', what: 'WebM, Vorbis of 8 kHz',
    command: 'PICTURE SOUND -ar 8000 -c:v libvpx -c:a libvorbis',
  },
  { file: 'live.webm', what: 'WebM, live', command: 'PICTURE SOUND -c:v libvpx -c:a libopus -f webm -live 1' },
  // It plays from the last picture that stands alone: where that lies before the gap, the gap is lost again.
  { file: 'gap.webm', what: 'WebM, a second without packets', runsTogether: true, command: 'PICTURE GAP -c:v libvpx -g 10 -c:a libopus' },
  { file: 'film.mkv', what: 'Matroska, AAC', command: 'PICTURE SOUND H264 -c:a aac' },
  { file: 'opus.ogg', what: 'Ogg, Opus', command: 'SOUND -c:a libopus' },
  { file: 'vorbis.ogg', what: 'Ogg, Vorbis', command: 'SOUND -c:a libvorbis', bound_ms: 25 },
  // Forgets the encoder's delay when it seeks.
  { file: 'xing.mp3', what: 'MP3 with a Xing header', command: 'SOUND -c:a libmp3lame', bound_ms: 30 },
  { file: 'bare.mp3', what: 'MP3 without', command: 'SOUND -c:a libmp3lame -write_xing 0 -id3v2_version 0', bound_ms: 30 },
  { file: 'sound.aac', what: 'AAC (ADTS)', command: 'SOUND -c:a aac' },
  {
    file: 'film.ts', what: 'MPEG-TS; the page plays what the printed command makes of it', plays: 'film-ts.mp4',
    command: 'PICTURE SOUND H264 -c:a aac',
  },
];

/**
 * Makes a file in a folder, and the one that is played in its place.
 * @param {string} folder
 * @param {Row} row
 */
export async function make(folder, { file, command, plays, change }) {
  const given = command.split(' ').flatMap((word) => SOURCES[/** @type {keyof SOURCES} */ (word)] ?? [word]);
  const ffmpeg = (/** @type {string[]} */ ...words) =>
    run('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-nostdin', '-y', ...words], { cwd: folder });
  await ffmpeg(...given, file);
  if (plays) await ffmpeg('-i', file, '-c:a', 'aac', plays);
  if (change) {
    const bytes = await readFile(join(folder, file));
    change(bytes);
    await writeFile(join(folder, file), bytes);
  }
}
