/** Serves the page over a made-up library, for tests that need no program; the real one is met in demo.test.mjs. */

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';

import { applyEdit, detailsOf, nameSpeakers } from './details.mjs';
import { GONE, UNPLAYABLE, recordings, transcripts } from './library.mjs';
import { film } from './media.mjs';
import { ranged } from './ranged.mjs';
import { answer } from './search.mjs';

const ASSETS = new URL('../../../assets/', import.meta.url).pathname;
const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml' };
const POLICY = "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'";

/**
 * @typedef {object} Mock
 * @property {string} url
 * @property {(event: object) => void} tell sends an event to every listener
 * @property {(ms: (q: string) => number) => void} delay slows answers down by their query
 * @property {object} work what is left to do, as the page is told
 * @property {string[]} asked the API's requests, with their method unless it is GET
 * @property {(away: boolean) => void} goAway lets the server answer nothing, and come back
 * @property {(request: string) => void} refuse answers one request, such as `GET /`, that the server has too much to do
 * @property {(able: boolean) => void} canCopy says whether access copies can be made
 * @property {() => Promise<void>} close
 *
 * @returns {Promise<Mock>}
 */
export async function startMockServer() {
  const filmPath = await film();
  const listeners = new Set();
  const asked = [];
  let slow = (_q) => 0;
  let away = false;
  let able = true;
  const copies = new Map();
  const refused = new Set();
  const work = {
    paused: false, recordings_left: 2, left_ms: 720_000, trouble: null,
    skipped: [{ path: '/talks/b.mp4', reason: 'cannot be read (permission denied); check that it is there and that you may read it' }],
  };

  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://mock');
    const path = url.pathname;
    const json = (body, status = 200) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    const missing = (code) => json({ error: { code, message: 'no such recording', hint: 'list them at /api/v1/recordings' } }, 404);
    if (away) return request.socket.destroy();
    if (path.startsWith('/api/')) asked.push(request.method === 'GET' ? request.url : `${request.method} ${request.url}`);
    if (refused.delete(`${request.method} ${path}`)) return json({ error: { code: 'busy', message: 'too much to do', hint: '' } }, 503);
    try {
      if (path === '/' || path === '/library' || path.startsWith('/r/')) return await file(response, 'index.html');
      if (path.startsWith('/assets/')) return await file(response, normalize(path.slice('/assets/'.length)));
      if (path === `/media/${UNPLAYABLE}`) return response.writeHead(200, { 'Content-Type': 'video/x-msvideo' }).end('RIFF no film at all');
      if (path.startsWith('/media/')) return path.endsWith(GONE) ? missing('not_found') : await ranged(request, response, filmPath, 'video/mp4');
      if (path === '/api/v1/search') {
        await new Promise((resolve) => setTimeout(resolve, slow(url.searchParams.get('q'))));
        const only = url.searchParams.get('recording');
        if (only !== null && !recordings.some((r) => r.id === only)) {
          return json({ error: { code: 'bad_request', message: `no recording ${only}`, hint: '' } }, 400);
        }
        return json(answer(url.searchParams));
      }
      if (path === '/api/v1/recordings') return json({ recordings });
      if (path === '/api/v1/work') return json(work);
      if (path.startsWith('/api/v1/jobs/')) return json({ paused: (work.paused = path.endsWith('pause')) });
      if (path === '/api/v1/events') {
        response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' }).write(': here\n\n');
        listeners.add(response);
        return request.on('close', () => listeners.delete(response));
      }
      const [, id, rest = ''] = /^\/api\/v1\/recordings\/([0-9a-f]+)(\/.*)?$/.exec(path) ?? [];
      const recording = recordings.find((r) => r.id === id);
      if (!recording && !path.startsWith('/api/')) return await file(response, 'index.html', 404);
      if (!recording) return missing('not_found');
      const transcript = transcripts.get(id);
      if (rest === '/retry' && request.method === 'POST') return json({ id }, 202);
      if (rest === '/access') return json(copy(copies, id, request.method, able));
      const refusal = request.method === 'PATCH' && (rest === '' ? applyEdit : nameSpeakers)(recording, await bodyOf(request));
      if (refusal) return json({ error: { code: 'bad_request', message: refusal, hint: 'nothing was changed' } }, 400);
      if (rest === '' || request.method === 'PATCH') {
        return json({ ...recording, ...detailsOf(recording), files: ['/talks/film.mp4'], captions: [], public_url: null });
      }
      if (!transcript) return missing('no_transcript');
      if (rest === '/transcript') return json(transcript);
      if (rest === '/captions.vtt') return response.writeHead(200, { 'Content-Type': 'text/vtt' }).end(captions(transcript));
      return missing('not_found');
    } catch (error) {
      return response.writeHead(error.code === 'ENOENT' ? 404 : 500).end(String(error));
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));

  return {
    url: `http://127.0.0.1:${server.address().port}`,
    tell: (event) => listeners.forEach((listener) => listener.write(`data: ${JSON.stringify(event)}\n\n`)),
    delay: (ms) => (slow = ms),
    asked,
    work,
    goAway(gone) {
      away = gone;
      if (gone) server.closeAllConnections();
    },
    refuse: (request) => refused.add(request),
    canCopy: (can) => (able = can),
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function bodyOf(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return JSON.parse(text);
}

/** A copy is ready when it was looked at twice. */
function copy(copies, id, method, possible) {
  if (method === 'POST') copies.set(id, 0);
  if (method === 'DELETE') copies.delete(id);
  const looks = copies.get(id);
  if (method === 'GET' && looks !== undefined) copies.set(id, looks + 1);
  const state = looks === undefined ? 'none' : looks < 2 ? 'running' : 'ready';
  return {
    state, done_ms: 20_000 * (looks ?? 0), total_ms: 90_000, reason: null, url: `/media/${id}/access`, codecs: ['MPEG-4 video', 'AC-3'],
    possible, command: "ffmpeg -i '/talks/old.avi' -c:a aac '/talks/old.mp4'",
  };
}

async function file(response, path, status = 200) {
  const body = await readFile(join(ASSETS, path));
  response.writeHead(status, { 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream', 'Content-Security-Policy': POLICY, 'Cache-Control': path.endsWith('.html') ? 'no-cache' : 'max-age=3600' }).end(body);
}

function captions({ words, passages }) {
  const time = (ms) => new Date(ms).toISOString().slice(11, 23);
  const cues = passages.map(({ first_word, end_word, start_ms, end_ms }) =>
    `${time(start_ms)} --> ${time(end_ms)}\n${words.text.slice(first_word, end_word).join('')}\n`);
  return `WEBVTT\n\n${cues.join('\n')}`;
}
