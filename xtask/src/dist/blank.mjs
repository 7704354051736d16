// Blanks what a Wasm file's data says about places in the source: node blank.mjs FROM TO. A panic
// tells its place (file, line, column: `core::panic::Location`) by functions that snip.mjs has
// emptied, so nobody reads it, and zeros take no room in a download.
import { readFileSync, writeFileSync } from "node:fs";

const [from, to] = process.argv.slice(2);
const bytes = new Uint8Array(readFileSync(from));
const view = new DataView(bytes.buffer);
let at = 8;

// LEB128 (WebAssembly core specification, 5.2.2), unsigned and signed alike for what is asked here.
const number = () => {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value |= (byte & 127) << shift;
    if (byte < 128) return value >>> 0;
  }
};

// Where each piece of data comes to lie in memory, and where it stands in the file.
const pieces = [];
while (at < bytes.length) {
  const id = bytes[at++];
  const size = number();
  const end = at + size;
  if (id == 11) {
    const count = number();
    for (let index = 0; index < count; index++) {
      const kind = number();
      if (kind != 0) throw Error(`${from}: a data segment of kind ${kind}`);
      if (bytes[at++] != 0x41) throw Error(`${from}: data at no constant address`);
      const address = number();
      if (bytes[at++] != 0x0b) throw Error(`${from}: data at no constant address`);
      const length = number();
      pieces.push({ address, start: at, length });
      at += length;
    }
  }
  at = end;
}

// The place in the file of `length` bytes in memory; none where there is no such data.
const place = (address, length) => {
  const piece = pieces.find(
    (piece) => address >= piece.address && address + length <= piece.address + piece.length,
  );
  return piece && piece.start + address - piece.address;
};

const decoder = new TextDecoder();
const isPath = (start, length) =>
  /^[\w./@+-]+\.rs$/.test(decoder.decode(bytes.subarray(start, start + length)));

const locations = [];
const paths = new Map();
for (const { address, start, length } of pieces)
  for (let record = start + (-address & 3); record + 16 <= start + length; record += 4) {
    const [path, size, line, column] = [0, 4, 8, 12].map((offset) =>
      view.getUint32(record + offset, true),
    );
    if (size < 4 || size > 300 || line < 1 || line > 1e5 || column < 1 || column > 1e3) continue;
    const file = place(path, size);
    if (file === undefined || !isPath(file, size)) continue;
    locations.push(record);
    paths.set(file, size);
  }
// Without any, the compiler writes them in another way, and the download grows unnoticed.
if (!locations.length) throw Error(`${from} tells no places`);
for (const record of locations) bytes.fill(0, record, record + 16);
for (const [file, size] of paths) bytes.fill(0, file, file + size);
console.log(`${locations.length} places in ${paths.size} files blanked`);
writeFileSync(to, bytes);
