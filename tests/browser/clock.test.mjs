/**
 * Our clock against a browser's: where `hear` says that a beep starts, a real Chromium shows that `currentTime`.
 *
 * Each file is played from its start, and opened a second before its last beep, as the page opens a word.
 * ALOUD_HEAR is the example `hear` of the crate `indexer`. With WRITE_MEDIA_TABLE what was seen goes to docs/media.md,
 * and Chromium's own recorder is among what is played.
 */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { ROWS, make } from './support/beeps.mjs';
import { launch } from './support/browser.mjs';
import { WORKLET, listen, record } from './support/listener.mjs';
import { ranged } from './support/ranged.mjs';

/** @import { Row } from './support/beeps.mjs' */
/** @typedef {Omit<Row, 'command'> & { begin?: () => Promise<void> }} Played */

const run = promisify(execFile);
const hearer = process.env.ALOUD_HEAR;
const writes = Boolean(process.env.WRITE_MEDIA_TABLE);
const options = { skip: hearer ? false : 'ALOUD_HEAR is not set: cargo builds target/debug/examples/hear with the tests' };

/** How far a beep may be from where Chromium has it. */
const BOUND_MS = 10;

/** How many files are played at once, each from two places: they last as long as they last. */
const AT_ONCE = 13;

/** How many are made at once. */
const MADE_AT_ONCE = 2;

/** A machine that has much else to do cannot always feed a player in time; an error of ours comes every time. */
const ATTEMPTS = 5;

/** A second before the word. */
const BEFORE_S = 1;

/** What Chromium's own recorder makes: only where nothing else runs, since what it had no time to record is missing. */
const RECORDERS = [['recorder.webm', 'audio/webm;codecs=opus'], ['recorder.mp4', 'audio/mp4;codecs=opus']];

const TYPES = {
  '.mp4': 'video/mp4', '.m4a': 'audio/mp4', '.mov': 'video/quicktime', '.webm': 'video/webm', '.mkv': 'video/x-matroska',
  '.ogg': 'audio/ogg', '.mp3': 'audio/mpeg', '.aac': 'audio/aac', '.flac': 'audio/flac', '.wav': 'audio/wav',
};

const DOCUMENT = new URL('../../docs/media.md', import.meta.url);
const [BEGIN, END] = ['<!-- seen in Chromium; written by just media-table -->\n', '<!-- end of what was seen -->'];

/** @type {string} */
let folder;
/** @type {import('playwright-core').Browser} */
let browser;
/** @type {import('node:http').Server} */
let server;
/** @type {string} */
let url;

before(async () => {
  if (!hearer) return;
  folder = await mkdtemp(join(tmpdir(), 'aloud-clock-'));
  browser = await launch(['--autoplay-policy=no-user-gesture-required']);
  server = createServer((request, response) => {
    const name = request.url?.slice(1) ?? '';
    const text = (/** @type {string} */ type, /** @type {string} */ body) => response.writeHead(200, { 'Content-Type': type }).end(body);
    if (name === '') return text('text/html', '<!doctype html><link rel="icon" href="data:,">');
    if (name === 'worklet.js') return text('text/javascript', WORKLET);
    const type = TYPES[/** @type {keyof TYPES} */ (extname(name))];
    return ranged(request, response, join(folder, name), type).catch(() => response.destroy());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  url = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}/`;
});
after(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
  if (folder) await rm(folder, { recursive: true });
});

test('sound starts where the player shows it', { ...options, timeout: 600_000 }, async () => {
  const page = await browser.newPage();
  await page.goto(url);
  await makeAll();
  const recorded = (writes ? RECORDERS : []).map(([file, type]) => ({
    file,
    what: `what Chromium records as ${type}`,
    // It stamps its packets unevenly, and plays them one after the other.
    bound_ms: 25,
    // Each attempt is a recording of its own.
    begin: async () => writeFile(join(folder, file), Buffer.from(await page.evaluate(record, type))),
  }));

  /** @type {IterableIterator<[number, Played]>} */
  const queue = [...ROWS, ...recorded].entries();
  /** @type {string[]} */
  const lines = [];
  /** @type {string[]} */
  const wrong = [];
  const work = async () => {
    for (const [ordinal, row] of queue) {
      const bound = row.bound_ms ?? BOUND_MS;
      for (let attempt = 1; ; attempt++) {
        await row.begin?.();
        const { played, opened, trouble } = await compare(page, row).catch(troubled);
        lines[ordinal] = `| \`${row.file}\` | ${row.what} | ${row.runsTogether ? 'runs together' : shown(played)} | ${shown(opened)} |`;
        if (!trouble && [...played, ...opened].every((error) => Math.abs(error) <= bound)) break;
        if (attempt === ATTEMPTS) {
          wrong.push(`${lines[ordinal]}: ${trouble ?? `more than ${bound} ms`}`);
          break;
        }
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const head = '| file | | played from the start, ms | opened a second before, ms |\n|---|---|---|---|\n';
  const table = `${head}${lines.join('\n')}\n`;
  const text = await readFile(DOCUMENT, 'utf8');
  const [start, end] = [text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)];
  if (writes) await writeFile(DOCUMENT, text.slice(0, start) + table + text.slice(end));
  else {
    const written = named(text.slice(start, end)).filter(([file]) => !RECORDERS.some(([name]) => file.includes(name)));
    assert.deepEqual(named(table), written, 'write the table again with: just media-table');
  }
  assert.deepEqual(wrong, []);
});

/** Makes the files; those that are cut from others come after them. */
async function makeAll() {
  const isCut = ({ command }) => ROWS.some(({ file }) => command.includes(file));
  for (const rows of [ROWS.filter((row) => !isCut(row)), ROWS.filter(isCut)]) {
    const queue = rows.values();
    await Promise.all(Array.from({ length: MADE_AT_ONCE }, async () => {
      for (const row of queue) await make(folder, row);
    }));
  }
}

/**
 * Returns by how many milliseconds our beeps are later than Chromium's.
 * @param {import('playwright-core').Page} page
 * @param {Played} row
 * @returns {Promise<{ played: number[], opened: number[], trouble?: string }>}
 */
async function compare(page, { file, plays, runsTogether }) {
  const ours = await hear(join(folder, file));
  const play = (/** @type {number} */ from_s) => page.evaluate(listen, { url: `${url}${plays ?? file}`, from_s });
  const last = ours.length - 1;
  const [played, opened] = await Promise.all([runsTogether ? [] : play(0), play(ours[last] - BEFORE_S)]);
  assert.ok(runsTogether || played.length === ours.length, `${file}: we hear ${ours}, Chromium ${played}`);
  assert.equal(opened.length, 1, `${file}: opened before the last of ${ours}, Chromium plays ${opened}`);
  return {
    played: played.map((theirs, ordinal) => (ours[ordinal] - theirs) * 1000),
    opened: opened.map((theirs) => (ours[last] - theirs) * 1000),
  };
}

/** @param {Error} error @returns {{ played: number[], opened: number[], trouble?: string }} */
function troubled({ message }) {
  return { played: [NaN], opened: [NaN], trouble: message.split('\n')[0] };
}

/**
 * Returns when sound starts by our own decoding, in seconds.
 * @param {string} path
 */
async function hear(path) {
  const found = await run('sh', ['-c', 'command -v ffmpeg']);
  const { stdout } = await run(/** @type {string} */ (hearer), ['--ffmpeg', dirname(found.stdout.trim()), path]);
  const { error, onsets_us } = JSON.parse(stdout);
  assert.equal(error, undefined);
  return onsets_us.map((/** @type {number} */ us) => us / 1e6);
}

/** The files of a table and what they are, without the figures. @param {string} table */
function named(table) {
  return table.trim().split('\n').map((line) => line.split('|').slice(1, 3));
}

/** The worst of some errors. @param {number[]} errors */
function shown(errors) {
  const worst = errors.reduce((worst, error) => (Math.abs(error) > Math.abs(worst) ? error : worst), 0);
  return worst.toFixed(1).replace('-0.0', '0.0');
}
