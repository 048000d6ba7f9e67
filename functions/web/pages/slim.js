// @ts-check
// A workbook that is too large to be sent, without its pictures: nobody reads them, and a class photo in each row is what
// makes a list of forty names eight megabytes.

import { unzipSync, zipSync } from "fflate";

/** As many bytes as the server takes of a table. */
const MOST = 4 * 1024 * 1024;
/** What is larger than this isn't taken apart in a browser. */
const MOST_HERE = 200 * 1024 * 1024;
/** The parts of a workbook that hold no cell: pictures, what draws them, how it is printed, of OpenDocument too. */
const NO_CELLS = /^(xl\/(media|drawings|embeddings|printerSettings|theme|charts|ctrlProps)\/|docProps\/|Pictures\/|Thumbnails\/|ObjectReplacements\/)/;

/** What was made of a file, so that a long list is taken apart once. @type {WeakMap<Blob, Blob>} */
const known = new WeakMap();

/**
 * The file itself, or the same without its pictures where it is too large.
 * @param {Blob} file
 * @returns {Promise<Blob>}
 */
export async function slim(file) {
  if (file.size <= MOST || file.size > MOST_HERE) return file;
  const made = known.get(file) ?? (await withoutPictures(file));
  known.set(file, made);
  return made;
}

/** @param {Blob} file */
async function withoutPictures(file) {
  try {
    const parts = unzipSync(new Uint8Array(await file.arrayBuffer()), { filter: ({ name }) => !NO_CELLS.test(name) });
    return new Blob([/** @type {BlobPart} */ (zipSync(parts))]);
  } catch {
    // No workbook, or a broken one: the server says so.
    return file;
  }
}
