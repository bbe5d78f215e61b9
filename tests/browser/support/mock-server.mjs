/** Serves the page over a made-up library, for tests that need no program; the real one is met in demo.test.mjs. */

import { createServer } from 'node:http';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';

import { applyEdit, detailsOf, nameSpeakers } from './details.mjs';
import { GONE, recordings, transcripts } from './library.mjs';
import { makeFilm } from './media.mjs';
import { ranged } from './ranged.mjs';
import { answer } from './search.mjs';

const ASSETS = new URL('../../../assets/', import.meta.url).pathname;
const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml' };
const POLICY = "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'";

/**
 * @returns {Promise<{ url: string, tell: (event: object) => void, delay: (ms: (q: string) => number) => void, asked: string[], close: () => Promise<void> }>}
 *   `tell` sends an event to every listener; `delay` slows answers down by their query; `asked` are the API's requests
 */
export async function startMockServer() {
  const folder = await mkdtemp(join(tmpdir(), 'aloud-page-'));
  const film = join(folder, 'film.mp4');
  await makeFilm(film);
  const listeners = new Set();
  const asked = [];
  let slow = (_q) => 0;

  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://mock');
    const path = url.pathname;
    const json = (body, status = 200) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    const missing = (code) => json({ error: { code, message: 'no such recording', hint: 'list them at /api/v1/recordings' } }, 404);
    if (path.startsWith('/api/')) asked.push(request.url);
    try {
      if (path === '/' || path === '/library' || path.startsWith('/r/')) return await file(response, 'index.html');
      if (path.startsWith('/assets/')) return await file(response, normalize(path.slice('/assets/'.length)));
      if (path.startsWith('/media/')) return path.endsWith(GONE) ? missing('not_found') : await ranged(request, response, film, 'video/mp4');
      if (path === '/api/v1/search') {
        await new Promise((resolve) => setTimeout(resolve, slow(url.searchParams.get('q'))));
        return json(answer(url.searchParams));
      }
      if (path === '/api/v1/recordings') return json({ recordings });
      if (path === '/api/v1/events') {
        response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' }).write(': here\n\n');
        listeners.add(response);
        return request.on('close', () => listeners.delete(response));
      }
      const [, id, rest = ''] = /^\/api\/v1\/recordings\/([0-9a-f]+)(\/.*)?$/.exec(path) ?? [];
      const recording = recordings.find((r) => r.id === id);
      if (!recording) return missing('not_found');
      const transcript = transcripts.get(id);
      const refusal = request.method === 'PATCH' && (rest === '' ? applyEdit : nameSpeakers)(recording, await bodyOf(request));
      if (refusal) return json({ error: { code: 'bad_request', message: refusal, hint: 'nothing was changed' } }, 400);
      if (rest === '' || request.method === 'PATCH') {
        return json({ ...recording, ...detailsOf(recording), files: ['/talks/film.mp4'], captions: [] });
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
    async close() {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function bodyOf(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return JSON.parse(text);
}

async function file(response, path) {
  const body = await readFile(join(ASSETS, path));
  response.writeHead(200, { 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream', 'Content-Security-Policy': POLICY }).end(body);
}

function captions({ words, passages }) {
  const time = (ms) => new Date(ms).toISOString().slice(11, 23);
  const cues = passages.map(({ first_word, end_word, start_ms, end_ms }) =>
    `${time(start_ms)} --> ${time(end_ms)}\n${words.text.slice(first_word, end_word).join('')}\n`);
  return `WEBVTT\n\n${cues.join('\n')}`;
}
