/** Serves a file in ranges: without them Chromium seeks to 0 and says nothing. */

import { open, stat } from 'node:fs/promises';

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {string} path
 * @param {string} type
 */
export async function ranged(request, response, path, type) {
  const { size } = await stat(path);
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  const start = from === undefined ? 0 : Number(from);
  const end = to ? Math.min(Number(to), size - 1) : size - 1;
  const headers = { 'Content-Type': type, 'Accept-Ranges': 'bytes', 'Content-Length': end - start + 1 };
  if (from !== undefined) headers['Content-Range'] = `bytes ${start}-${end}/${size}`;
  response.writeHead(from === undefined ? 200 : 206, headers);
  if (request.method === 'HEAD') return response.end();
  const handle = await open(path);
  const stream = handle.createReadStream({ start, end });
  // A browser that seeks hangs up in the middle.
  response.on('close', () => stream.destroy());
  return stream.on('error', () => response.destroy()).pipe(response);
}
