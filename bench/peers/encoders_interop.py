#!/usr/bin/env python3
"""Encoders and encoder-decoders that Gyre writes as GGUF in llama.cpp, and those that llama.cpp quantises in Gyre.

Makes folders of random weights (rows of 256, so that every type applies) shaped like BERT with a WordPiece vocabulary,
RoBERTa with a byte-level one, XLM-RoBERTa with a Unigram one, T5 (shared embeddings, ReLU) and
FLAN-T5 (gated, an output layer of its own); converts and quantises each with Gyre and with llama-quantize; and asks both
programs for the vectors of the same texts, or for the log-likelihood of the same answers, on the same files, and for the
token ids. Prints a Markdown table; ends with 1 when ids differ or a pair is further apart than the tolerance.

usage: encoders_interop.py --gyre "dotnet gyre.dll" --llama BIN-DIR --texts-llama PROGRAM --work DIR
                           --wordpiece tokenizer.json --bytes DIR --unigram MODEL.spm
       (the folder of --bytes holds vocab.json and merges.txt of GPT-2's kind; texts-llama is built from its folder here)
"""
import argparse, base64, json, math, os, random, shlex, shutil, struct, subprocess, sys
from quantize_interop import digest, numbers, run

TYPES = ["F32", "F16", "Q8_0", "Q6_K", "Q5_K", "Q4_K", "Q4_0"]
PEER_TYPES = ["Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q4_0"]
WIDTH, INNER, LAYERS, HEADS, POSITIONS = 256, 512, 3, 4, 256

# llama.cpp computes GELU from a table of half precision, BERT's by its tanh form, and multiplies 8-bit activations.
TOLERANCE = {"F32": 5e-3, "F16": 5e-3}
QUANTISED_TOLERANCE = 2e-2
TEXTS = [
    "a red shirt for summer", "Blue jeans, size 42!", "  two  spaces and a tab\tinside", "naïve café – “quoted” … ½",
    "日本語のテキスト and русский текст", "the quick brown fox jumps over the lazy dog, again and again, until the dog gets up and leaves",
]
PAIRS = [(TEXTS[i], TEXTS[(i + 1) % len(TEXTS)].strip()) for i in range(len(TEXTS))]


def fields(data):
    """The fields of a protocol buffer: number, wire type, value."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(data):
        key = varint()
        if key & 7 == 0:
            yield key >> 3, varint()
        elif key & 7 == 2:
            length = varint()
            yield key >> 3, data[at:at + length]
            at += length
        else:
            size = 4 if key & 7 == 5 else 8
            yield key >> 3, data[at:at + size]
            at += size


def sentencepiece(path):
    """Pieces with scores and kinds, and the compiled rules, of a SentencePiece model."""
    pieces, rules = [], b""
    for number, value in fields(open(path, "rb").read()):
        if number == 1:
            piece = dict(fields(value))
            pieces.append((piece[1].decode(), struct.unpack("<f", piece[2])[0] if 2 in piece else 0.0, piece.get(3, 1)))
        elif number == 3:
            rules = dict(fields(value)).get(2, b"")
    return pieces, rules


def unigram_json(path):
    """XLM-RoBERTa's form of a SentencePiece model."""
    pieces, rules = sentencepiece(path)
    names = [piece[0] for piece in pieces]
    begin, end, unknown = (names.index(name) for name in ("<s>", "</s>", "<unk>"))
    special = lambda name: {"SpecialToken": {"id": name, "type_id": 0}}
    text = lambda name: {"Sequence": {"id": name, "type_id": 0}}
    ids = {"<s>": begin, "</s>": end}
    return len(names), {
        "version": "1.0",
        "added_tokens": [{"id": number, "content": name, "special": True, "normalized": False} for name, number in (*ids.items(), ("<unk>", unknown))],
        "normalizer": {"type": "Precompiled", "precompiled_charsmap": base64.b64encode(rules).decode()},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, {"type": "Metaspace", "replacement": "\u2581", "add_prefix_space": True}]},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [special("<s>"), text("A"), special("</s>")],
            "pair": [special("<s>"), text("A"), special("</s>"), special("</s>"), text("B"), special("</s>")],
            "special_tokens": {name: {"id": name, "ids": [number], "tokens": [name]} for name, number in ids.items()}},
        "decoder": {"type": "Metaspace", "replacement": "\u2581", "add_prefix_space": True},
        "model": {"type": "Unigram", "unk_id": unknown, "vocab": [[name, score] for name, score, _ in pieces]}}


def vocabulary(shape, folder, arguments):
    """Puts the shape's vocabulary into a folder; returns its number of tokens."""
    if shape == "bert":
        shutil.copyfile(arguments.wordpiece, os.path.join(folder, "tokenizer.json"))
        return len(json.load(open(arguments.wordpiece, encoding="utf-8"))["model"]["vocab"])
    if shape == "roberta":
        tokens = json.load(open(os.path.join(arguments.bytes, "vocab.json"), encoding="utf-8"))
        for name in ("<s>", "<pad>", "</s>", "<unk>", "<mask>"):
            tokens[name] = len(tokens)
        json.dump(tokens, open(os.path.join(folder, "vocab.json"), "w", encoding="utf-8"), ensure_ascii=False)
        json.dump({"tokenizer_class": "RobertaTokenizer"}, open(os.path.join(folder, "tokenizer_config.json"), "w"))
        shutil.copyfile(os.path.join(arguments.bytes, "merges.txt"), os.path.join(folder, "merges.txt"))
        return len(tokens)
    if shape == "xlm-roberta":
        count, described = unigram_json(arguments.unigram)
        json.dump(described, open(os.path.join(folder, "tokenizer.json"), "w", encoding="utf-8"), ensure_ascii=False)
        return count
    shutil.copyfile(arguments.unigram, os.path.join(folder, "spiece.model"))
    return len(sentencepiece(arguments.unigram)[0])


def config(shape, tokens, arguments):
    if shape in ("t5", "flan-t5"):
        names = [piece[0] for piece in sentencepiece(arguments.unigram)[0]]
        return {"model_type": "t5", "vocab_size": tokens, "d_model": WIDTH, "d_kv": WIDTH // HEADS, "d_ff": INNER, "num_layers": LAYERS,
                "num_decoder_layers": LAYERS - 1, "num_heads": HEADS, "feed_forward_proj": "relu" if shape == "t5" else "gated-gelu",
                "tie_word_embeddings": shape == "t5", "decoder_start_token_id": names.index("</s>"), "eos_token_id": names.index("</s>"), "layer_norm_epsilon": 1e-6}
    return {"model_type": shape, "vocab_size": tokens, "hidden_size": WIDTH, "intermediate_size": INNER, "num_hidden_layers": LAYERS,
            "num_attention_heads": HEADS, "hidden_act": "gelu", "layer_norm_eps": 1e-12, "type_vocab_size": 2 if shape == "bert" else 1,
            "max_position_embeddings": POSITIONS + (0 if shape == "bert" else 2), "pad_token_id": 0 if shape == "bert" else 1}


def tensors(shape, c):
    if shape in ("t5", "flan-t5"):
        yield "shared.weight", (c["vocab_size"], WIDTH)
        if shape == "flan-t5":
            yield "lm_head.weight", (c["vocab_size"], WIDTH)
        for stack, layers in (("encoder", LAYERS), ("decoder", LAYERS - 1)):
            for i in range(layers):
                attentions = [(0, "SelfAttention")] + ([(1, "EncDecAttention")] if stack == "decoder" else [])
                for at, name in attentions:
                    for part in "qkvo":
                        yield f"{stack}.block.{i}.layer.{at}.{name}.{part}.weight", (WIDTH, WIDTH)
                    yield f"{stack}.block.{i}.layer.{at}.layer_norm.weight", (WIDTH,)
                if i == 0:
                    yield f"{stack}.block.0.layer.0.SelfAttention.relative_attention_bias.weight", (32, HEADS)
                last = f"{stack}.block.{i}.layer.{len(attentions)}."
                for part in ("wi_0", "wi_1") if shape == "flan-t5" else ("wi",):
                    yield last + f"DenseReluDense.{part}.weight", (INNER, WIDTH)
                yield last + "DenseReluDense.wo.weight", (WIDTH, INNER)
                yield last + "layer_norm.weight", (WIDTH,)
            yield f"{stack}.final_layer_norm.weight", (WIDTH,)
        return
    def layer(name, *size):
        yield name + ".weight", size
        yield name + ".bias", (size[0],)

    yield "embeddings.word_embeddings.weight", (c["vocab_size"], WIDTH)
    yield "embeddings.position_embeddings.weight", (c["max_position_embeddings"], WIDTH)
    yield "embeddings.token_type_embeddings.weight", (c["type_vocab_size"], WIDTH)
    yield from layer("embeddings.LayerNorm", WIDTH)
    for i in range(LAYERS):
        a = f"encoder.layer.{i}."
        for name in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            yield from layer(a + name, WIDTH, WIDTH)
        yield from layer(a + "attention.output.LayerNorm", WIDTH)
        yield from layer(a + "intermediate.dense", INNER, WIDTH)
        yield from layer(a + "output.dense", WIDTH, INNER)
        yield from layer(a + "output.LayerNorm", WIDTH)


def make(shape, folder, arguments):
    os.makedirs(folder, exist_ok=True)
    c = config(shape, vocabulary(shape, folder, arguments), arguments)
    json.dump(c, open(os.path.join(folder, "config.json"), "w"))
    source, header, body, offset = random.Random(7), {}, [], 0
    for name, size in tensors(shape, c):
        count = math.prod(size)
        # Magnitudes from 0.03 to 0.12; queries of T5, whose scores are not scaled, a quarter of that.
        data = numbers(source, count, 0x3C if name.endswith(".q.weight") else 0x3D)
        if len(size) == 1 and name.lower().endswith("norm.weight"):
            data = b"\x80\x3f" * count
        header[name] = {"dtype": "BF16", "shape": list(size), "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
        body.append(data)
    head = json.dumps(header).encode()
    with open(os.path.join(folder, "model.safetensors"), "wb") as file:
        file.write(struct.pack("<Q", len(head)) + head + b"".join(body))


def gyre(arguments, *words):
    done = subprocess.run([*shlex.split(arguments.gyre), *words], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"gyre {words}: {done.stdout}{done.stderr}")
    return done.stdout


def peer(arguments, path, lines):
    answers = {"ids": [], "vector": [], "nll": []}
    for line in run([arguments.texts_llama, path, lines]).splitlines():
        kind, _, rest = line.partition(" ")
        if kind in answers:
            answers[kind].append([float(word) for word in rest.split()])
    return answers


def cosine(left, right):
    return sum(a * b for a, b in zip(left, right)) / math.sqrt(sum(a * a for a in left) * sum(b * b for b in right))


def main():
    parser = argparse.ArgumentParser()
    for name in ("gyre", "llama", "texts-llama", "work", "wordpiece", "bytes", "unigram"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--shapes", default="bert,roberta,xlm-roberta,t5,flan-t5")
    arguments = parser.parse_args()
    os.makedirs(arguments.work, exist_ok=True)
    texts, pairs = os.path.join(arguments.work, "texts.txt"), os.path.join(arguments.work, "pairs.txt")
    open(texts, "w", encoding="utf-8").write("\n".join(TEXTS) + "\n")
    open(pairs, "w", encoding="utf-8").write("\n".join("\t".join(one.replace("\t", " ") for one in pair) for pair in PAIRS) + "\n")
    print("| shape | written by | type | sha256 | bits/weight | to the original, in Gyre | Gyre to llama.cpp | token ids |")
    print("|---|---|---|---|---:|---:|---:|---|")
    is_good = True

    def row(shape, writer, kind, path, report):
        """How far a file is from the original by the report, and how far Gyre and llama.cpp are apart on it."""
        nonlocal is_good
        lines = pairs if shape.endswith("t5") else texts
        theirs = peer(arguments, path, lines)
        read = [line.split("\t")[0] if shape.endswith("t5") else line for line in open(lines, encoding="utf-8").read().splitlines()]
        ours = [json.loads(gyre(arguments, "tokenize", "--model", path, "--special", "--text", line, "--json"))["ids"] for line in read[:4]]
        same = all(list(map(int, a)) == b for a, b in zip(theirs["ids"], ours))
        if shape.endswith("t5"):
            result = report["divergence"]["value"]
            perplexity = result["perplexity_after" if writer == "Gyre" else "perplexity_before"]
            apart = abs(perplexity / math.exp(sum(one[0] for one in theirs["nll"]) / sum(one[1] for one in theirs["nll"])) - 1)
            cost = f"KL {result['mean_kl']:.6f}" if writer == "Gyre" else ""
            shown = f"perplexity {apart:.4%} apart"
        else:
            result = report["vectors"]["value"]
            vectors = [one["embedding"] for one in json.loads(gyre(arguments, "embed", "--model", path, "--file", texts, "--json"))["embeddings"]]
            least = min(cosine(a, b) for a, b in zip(vectors, theirs["vector"]))
            apart = 1 - least
            cost = f"cosine {result['least_cosine']:.6f}" if writer == "Gyre" else ""
            shown = f"cosine {least:.6f}"
        is_good &= same and apart <= TOLERANCE.get(kind, QUANTISED_TOLERANCE)
        bits = f"{report['bits_per_weight']:.2f}" if writer == "Gyre" else ""
        print(f"| {shape} | {writer} | {kind} | {digest(path)} | {bits} | {cost} | {shown} | {'equal' if same else 'DIFFERENT'} |", flush=True)

    for shape in arguments.shapes.split(","):
        folder = os.path.join(arguments.work, shape)
        make(shape, folder, arguments)
        base = os.path.join(arguments.work, f"{shape}-f16.gguf")
        lines = pairs if shape.endswith("t5") else texts
        for kind in TYPES:
            path = base if kind == "F16" else os.path.join(arguments.work, "gyre.gguf")
            report = json.loads(gyre(arguments, "quantize", folder, kind, "-o", path, "--force", "--text", lines, "--json"))["report"]
            if not report["tokenizer"]["value"]["is_equal"]:
                print(f"tokenizer of {shape}: {report['tokenizer']['value']['differences']}")
                is_good = False
            row(shape, "Gyre", kind, path, report)
        for kind in PEER_TYPES:
            path, again = os.path.join(arguments.work, "peer.gguf"), os.path.join(arguments.work, "again.gguf")
            run([os.path.join(arguments.llama, "llama-quantize"), base, path, kind, "2"])
            report = json.loads(gyre(arguments, "quantize", path, "F32", "--allow-requantize", "-o", again, "--force", "--text", lines, "--json"))["report"]
            row(shape, "llama.cpp", kind, path, report)
    print("\nAll within the tolerances." if is_good else "\nSomething is further apart than allowed.")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
