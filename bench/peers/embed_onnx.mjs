// Sentence embeddings with ONNX Runtime, the peer of the benchmark verb `embed`.
//
// node embed_onnx.mjs FOLDER MODEL THREADS SEQUENCES [OPTIMISED]
//   FOLDER     has node_modules with onnxruntime-node (npm install onnxruntime-node)
//   MODEL      the ONNX file; SEQUENCES a JSON file with lists of token ids
//   OPTIMISED  where the runtime writes the graph that it runs, to see what it fused
// Reads commands from standard input and answers on standard output, so that two processes can take turns:
//   run B N    N passes over all sequences in batches of B neighbours; answers with the seconds they took
//   vectors    answers with the vectors as JSON
//   quit
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import path from 'node:path';

const [folder, model, threads, sequencesPath, optimised] = process.argv.slice(2);
const require = createRequire(path.join(path.resolve(folder), 'package.json'));
const ort = require('onnxruntime-node');
const sequences = JSON.parse(readFileSync(sequencesPath, 'utf8'));
const options = { intraOpNumThreads: Number(threads), interOpNumThreads: 1, executionMode: 'sequential', graphOptimizationLevel: 'all', logSeverityLevel: 3 };
if (optimised) options.optimizedModelFilePath = optimised;
const session = await ort.InferenceSession.create(model, options);

function batch(part) {
  const length = Math.max(...part.map(ids => ids.length));
  const shape = [part.length, length];
  const make = () => new BigInt64Array(part.length * length);
  const [ids, mask, types, places] = [make(), make(), make(), make().map((_, place) => BigInt(place % length))];
  part.forEach((sequence, row) => sequence.forEach((id, column) => {
    ids[row * length + column] = BigInt(id);
    mask[row * length + column] = 1n;
  }));
  const tensor = values => new ort.Tensor('int64', values, shape);
  return { input_ids: tensor(ids), attention_mask: tensor(mask), token_type_ids: tensor(types), position_ids: tensor(places) };
}

function batches(size) {
  const all = [];
  for (let first = 0; first < sequences.length; first += size) all.push(batch(sequences.slice(first, first + size)));
  return all;
}

const ready = new Map();
const version = require('onnxruntime-node/package.json').version;
console.log(`ready onnxruntime-node ${version}, ${threads} threads`);
for await (const line of createInterface({ input: process.stdin })) {
  const [command, size, passes] = line.split(' ');
  if (command === 'quit') break;
  if (command === 'vectors') {
    const vectors = [];
    for (const feeds of batches(32)) {
      const { sentence_embedding: found } = await session.run(feeds);
      const [rows, width] = found.dims;
      for (let row = 0; row < rows; row++) vectors.push(Array.from(found.data.slice(row * width, (row + 1) * width)));
    }
    console.log(JSON.stringify(vectors));
    continue;
  }
  if (!ready.has(size)) ready.set(size, batches(Number(size)));
  const start = process.hrtime.bigint();
  for (let pass = 0; pass < Number(passes); pass++) {
    for (const feeds of ready.get(size)) await session.run(feeds);
  }
  console.log(Number(process.hrtime.bigint() - start) / 1e9);
}
