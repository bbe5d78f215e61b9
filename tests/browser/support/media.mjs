/** A small real film for tests of the page alone: a running clock in the picture, a tone in the sound. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const FILM_SECONDS = 90;

/**
 * Makes the film with ffmpeg.
 * @param {string} path
 */
export async function makeFilm(path) {
  const clock = "drawtext=text='%{pts\\:hms}':fontsize=48:fontcolor=white:box=1:boxcolor=black@0.6:x=(w-tw)/2:y=(h-th)/2";
  await run('ffmpeg', [
    '-v', 'error', '-y',
    '-f', 'lavfi', '-i', `color=c=0x2f5d62:size=480x270:rate=10:duration=${FILM_SECONDS}`,
    '-f', 'lavfi', '-i', `sine=frequency=220:duration=${FILM_SECONDS}`,
    '-vf', clock, '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '10',
    '-c:a', 'aac', '-b:a', '48k', '-movflags', '+faststart', path,
  ]);
}
