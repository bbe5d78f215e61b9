/** A small real film for tests of the page alone: a running clock in the picture, a tone in the sound. */

import { execFile } from 'node:child_process';
import { mkdir, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const FILM_SECONDS = 90;

const FILM = new URL(`../../../target/browser-film-${FILM_SECONDS}.mp4`, import.meta.url).pathname;

/** Makes the film with ffmpeg, unless an earlier run did; returns its path. */
export async function film() {
  if (await stat(FILM).then(() => true, () => false)) return FILM;
  await mkdir(dirname(FILM), { recursive: true });
  // Written beside and renamed: several files of tests may make it at once.
  const part = `${FILM}.${process.pid}.mp4`;
  await makeFilm(part);
  await rename(part, FILM);
  return FILM;
}

/** @param {string} path */
async function makeFilm(path) {
  const clock = "drawtext=text='%{pts\\:hms}':fontsize=48:fontcolor=white:box=1:boxcolor=black@0.6:x=(w-tw)/2:y=(h-th)/2";
  await run('ffmpeg', [
    '-v', 'error', '-y',
    '-f', 'lavfi', '-i', `color=c=0x2f5d62:size=480x270:rate=10:duration=${FILM_SECONDS}`,
    '-f', 'lavfi', '-i', `sine=frequency=220:duration=${FILM_SECONDS}`,
    '-vf', clock, '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '10',
    '-c:a', 'aac', '-b:a', '48k', '-movflags', '+faststart', path,
  ]);
}
