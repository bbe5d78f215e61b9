/** The clock burnt into the demo interviews (tests/fixtures/make-interviews), read from what a browser shows. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** As the interviews are made: their size, their pictures a second, and the strip in which the clock stands. */
const [WIDTH, TOP, HEIGHT, PER_SECOND] = [640, 170, 80, 10];

/** How far around the expected time is looked. */
const AROUND_S = 2;

/** What is brighter is a digit. */
const BRIGHT = 140;

/** The share of its digits' pixels in which a clock may differ: films differ by 0.02 to 0.04, the next digit by 0.07. */
const LIKE = 0.055;

/**
 * Returns the time that the film shows in its present picture, in seconds: of drawings of the clock around a time, the
 * one that is most like it. A picture without a clock is like none: null.
 * @param {import('playwright-core').Page} page
 * @param {number} around_s
 */
export async function burntClock(page, around_s) {
  const shown = await page.evaluate(([width, top, height]) => {
    const video = document.querySelector('video');
    if (!video) return [];
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const pen = canvas.getContext('2d');
    pen?.drawImage(video, 0, top ?? 0, width ?? 0, height ?? 0, 0, 0, width ?? 0, height ?? 0);
    const pixels = pen?.getImageData(0, 0, width ?? 0, height ?? 0).data ?? [];
    return Array.from({ length: pixels.length / 4 }, (_, at) => pixels[4 * at + 1] ?? 0);
  }, [WIDTH, TOP, HEIGHT]);

  const first = Math.max(0, Math.round((around_s - AROUND_S) * PER_SECOND));
  const count = 2 * AROUND_S * PER_SECOND;
  const drawn = await draw(first / PER_SECOND, count);
  const size = WIDTH * HEIGHT;
  const bright = shown.filter((value) => value > BRIGHT).length;
  const unlike = Array.from({ length: count }, (_, n) =>
    shown.reduce((sum, value, at) => sum + Number(value > BRIGHT !== (drawn[n * size + at] ?? 0) > BRIGHT), 0));
  const least = Math.min(...unlike);
  return bright > 0 && least < LIKE * bright ? (first + unlike.indexOf(least)) / PER_SECOND : null;
}

/**
 * Draws the clock at some times, one picture after the other, a byte a pixel.
 * @param {number} from_s
 * @param {number} count
 */
async function draw(from_s, count) {
  const clock = String.raw`drawtext=font=monospace:fontsize=64:fontcolor=white:x=(w-tw)/2:y=180:text='%{pts\:hms}'`;
  const { stdout } = await run('ffmpeg', [
    '-v', 'error', '-nostdin', '-f', 'lavfi', '-i', `color=c=black:s=640x360:r=${PER_SECOND}:d=${count / PER_SECOND}`,
    '-vf', `setpts=PTS+${from_s}/TB,${clock},crop=${WIDTH}:${HEIGHT}:0:${TOP}`, '-fps_mode', 'passthrough',
    '-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1',
  ], { encoding: 'buffer', maxBuffer: 64 << 20 });
  return stdout;
}
