// Puts FILE.br and FILE.gz beside every FILE named: each once, as small as it gets.
import { readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

for (const file of process.argv.slice(2)) {
  const contents = readFileSync(file);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: 22,
    [constants.BROTLI_PARAM_SIZE_HINT]: contents.length,
  };
  writeFileSync(`${file}.br`, brotliCompressSync(contents, { params }));
  writeFileSync(`${file}.gz`, gzipSync(contents, { level: 9 }));
}
