/** How much of the page is sent. */

import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const ASSETS = new URL('../../../assets/', import.meta.url).pathname;

/** Returns what a browser loads in all, compressed: everything, and of the languages the longest. */
export async function pageBytes() {
  const entries = await readdir(ASSETS, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(entries.filter((entry) => entry.isFile()).map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    return { isLanguage: path.includes('/js/languages/'), bytes: gzipSync(await readFile(path)).length };
  }));
  const shared = sizes.filter(({ isLanguage }) => !isLanguage);
  const languages = sizes.filter(({ isLanguage }) => isLanguage);
  const bytes = shared.reduce((sum, file) => sum + file.bytes, 0) + Math.max(...languages.map((file) => file.bytes));
  return { bytes, files: shared.length + 1 };
}
