"""Writes bert-score.json: BERTScore by numpy in float64 over the network of the conformance kit's folder `bert`.

Independent of Gyre: reads model.safetensors itself, runs BERT as its paper and configuration say (checked here against the
folder's golden.safetensors), and matches tokens as bert_score 0.3.13 does: tokens that the model adds may be matched with
and have weight 0; weights are 1 or ln((texts + 1) / (texts with the token + 1)) over the references.

    python3 bert_score.py KIT/bert > bert-score.json
"""
import json
import math
import struct
import sys

import numpy as np

FOLDER = sys.argv[1]
CLS, SEP = 2, 3


def read(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        body = file.read()
    types = {"F16": "<f2", "F32": "<f4", "F64": "<f8", "I64": "<i8"}
    arrays = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            values = np.frombuffer(body[begin:end], types[entry["dtype"]]).reshape(entry["shape"])
            arrays[name] = values if entry["dtype"] == "I64" else values.astype(np.float64)
    return arrays


W = read(FOLDER + "/model.safetensors")
C = json.load(open(FOLDER + "/config.json"))
ERF = np.vectorize(math.erf)


def linear(x, name):
    return x @ W[name + ".weight"].T + W[name + ".bias"]


def norm(x, name):
    mean, var = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
    return (x - mean) / np.sqrt(var + C["layer_norm_eps"]) * W[name + ".weight"] + W[name + ".bias"]


def hidden_states(ids, types):
    e = "embeddings."
    x = W[e + "word_embeddings.weight"][ids] + W[e + "position_embeddings.weight"][: len(ids)] + W[e + "token_type_embeddings.weight"][types]
    states = [norm(x, e + "LayerNorm")]
    heads = C["num_attention_heads"]
    for i in range(C["num_hidden_layers"]):
        x, p = states[-1], f"encoder.layer.{i}."
        q, k, v = (linear(x, p + "attention.self." + n).reshape(len(ids), heads, -1).transpose(1, 0, 2) for n in ("query", "key", "value"))
        s = q @ k.transpose(0, 2, 1) / math.sqrt(q.shape[-1])
        s = np.exp(s - s.max(-1, keepdims=True))
        a = (s / s.sum(-1, keepdims=True) @ v).transpose(1, 0, 2).reshape(len(ids), -1)
        x = norm(linear(a, p + "attention.output.dense") + x, p + "attention.output.LayerNorm")
        h = linear(x, p + "intermediate.dense")
        h = h * 0.5 * (1 + ERF(h / math.sqrt(2)))
        states.append(norm(linear(h, p + "output.dense") + x, p + "output.LayerNorm"))
    return states


golden = read(FOLDER + "/golden.safetensors")
for row in range(len(golden["input_ids"])):
    length = int(golden["attention_mask"][row].sum())
    mine = hidden_states(golden["input_ids"][row][:length], golden["token_type_ids"][row][:length])
    for layer, state in enumerate(mine):
        assert np.abs(state - golden[f"hidden_states.{layer}"][row][:length]).max() < 1e-6


def score(candidate, reference, layer, weight):
    (a, b), vectors = [[CLS, *ids, SEP] for ids in (candidate, reference)], []
    for ids in (a, b):
        x = hidden_states(np.array(ids), np.zeros(len(ids), int))[layer]
        vectors.append(x / np.linalg.norm(x, axis=-1, keepdims=True))
    cosines = vectors[0] @ vectors[1].T
    wa, wb = (np.array([0.0 if i in (CLS, SEP) else weight(i) for i in ids]) for ids in (a, b))
    p, r = (cosines.max(1) * wa).sum() / wa.sum(), (cosines.max(0) * wb).sum() / wb.sum()
    return p, r, 2 * p * r / (p + r)


PAIRS = [
    ([10, 20, 30, 40], [[10, 20, 31, 40]]),
    ([5, 6, 7, 8, 9, 10, 11], [[100, 6, 101, 8], [5, 6, 7, 300]]),
    ([222], [[74, 106, 83, 294, 49, 55, 196]]),
    ([60, 60, 60, 61], [[60, 61]]),
    ([150, 151, 152, 153, 154, 155, 156, 157, 158, 159], [[159, 158, 157, 156, 155, 154, 153, 152, 151, 150]]),
    ([330, 4], [[4, 330]]),
]
references = [reference for _, all_references in PAIRS for reference in all_references]
counts = {}
for reference in references:
    for token in set(reference):
        counts[token] = counts.get(token, 0) + 1


def idf(token):
    return math.log((len(references) + 1) / (counts.get(token, 0) + 1))


cases = []
for candidate, all_references in PAIRS:
    for layer in (1, 2, 3):
        for name, weight in (("none", lambda token: 1.0), ("idf", idf)):
            best = np.max([score(candidate, reference, layer, weight) for reference in all_references], axis=0)
            cases.append({"candidate": candidate, "references": all_references, "layer": layer, "weights": name,
                          "precision": best[0], "recall": best[1], "f1": best[2]})
text = json.dumps({"source": "numpy " + np.__version__ + " in float64 over the conformance kit's bert (written by bert_score.py); matching of bert_score 0.3.13",
                   "cls": CLS, "sep": SEP, "cases": cases})
print(text.replace('{"candidate"', '\n{"candidate"'))
