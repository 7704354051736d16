// Has functions of a Wasm file trap as soon as they are called, so that wasm-opt can drop what they
// did: node snip.mjs BINARYEN FROM TO PATTERN. The pattern is of their names, without hashes.
import { readFileSync, writeFileSync } from "node:fs";

const [binaryenPath, from, to, pattern] = process.argv.slice(2);
const { default: binaryen } = await import(binaryenPath);
const module = binaryen.readBinary(readFileSync(from));
const wanted = new RegExp(pattern);
let snipped = 0;
for (let index = 0; index < module.getNumFunctions(); index++) {
  const reference = module.getFunctionByIndex(index);
  const { base, name } = binaryen.getFunctionInfo(reference);
  // An import has a base and no body.
  if (base || !wanted.test(name.replace(/\[[0-9a-f]{16}\]/g, ""))) continue;
  binaryen.Function(reference).body = module.unreachable();
  snipped++;
}
// Without the names in the file nothing is found, and the download grows unnoticed.
if (!snipped) throw Error(`${from} has no function like ${pattern}`);
writeFileSync(to, module.emitBinary());
