#!/usr/bin/env python3
"""Files that Gyre quantises in llama.cpp, and files that llama.cpp quantises in Gyre.

Makes a Llama-, a GPT-2- and a Qwen3-shaped model of random weights (rows of 256, so that every type applies) with a
byte-level vocabulary, converts and quantises each with Gyre and with llama-quantize, and asks both programs for the
perplexity of the same text on the same files. Prints a Markdown table; ends with 1 when a pair is further apart than
the tolerance.

usage: quantize_interop.py --gyre "dotnet gyre.dll" --llama BIN-DIR --vocabulary DIR --text FILE --work DIR
       (the vocabulary folder holds vocab.json and merges.txt of GPT-2's kind; the text should be some 5 KB or more)
"""
import argparse, hashlib, json, os, random, re, shlex, shutil, struct, subprocess, sys

TYPES = ["F32", "F16", "BF16", "Q8_0", "Q6_K", "Q5_K", "Q4_K", "Q4_0"]
PEER_TYPES = ["BF16", "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q4_0"]
WIDTH, INNER, LAYERS, HEADS, WINDOW = 256, 512, 3, 4, 128
TOLERANCE = 0.01


def tensors(shape, vocabulary):
    """Names and shapes in Hugging Face's form."""
    if shape == "gpt2":
        yield "transformer.wte.weight", (vocabulary, WIDTH)
        yield "transformer.wpe.weight", (512, WIDTH)
        for i in range(LAYERS):
            p = f"transformer.h.{i}."
            for name, rows, columns in (("attn.c_attn", WIDTH, 3 * WIDTH), ("attn.c_proj", WIDTH, WIDTH), ("mlp.c_fc", WIDTH, INNER), ("mlp.c_proj", INNER, WIDTH)):
                yield p + name + ".weight", (rows, columns)
                yield p + name + ".bias", (columns,)
            for name in ("ln_1", "ln_2"):
                yield p + name + ".weight", (WIDTH,)
                yield p + name + ".bias", (WIDTH,)
        yield "transformer.ln_f.weight", (WIDTH,)
        yield "transformer.ln_f.bias", (WIDTH,)
        return
    yield "model.embed_tokens.weight", (vocabulary, WIDTH)
    for i in range(LAYERS):
        p = f"model.layers.{i}."
        for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
            yield p + f"self_attn.{name}.weight", (WIDTH, WIDTH)
        if shape == "qwen3":
            yield p + "self_attn.q_norm.weight", (WIDTH // HEADS,)
            yield p + "self_attn.k_norm.weight", (WIDTH // HEADS,)
        yield p + "mlp.gate_proj.weight", (INNER, WIDTH)
        yield p + "mlp.up_proj.weight", (INNER, WIDTH)
        yield p + "mlp.down_proj.weight", (WIDTH, INNER)
        yield p + "input_layernorm.weight", (WIDTH,)
        yield p + "post_attention_layernorm.weight", (WIDTH,)
    yield "model.norm.weight", (WIDTH,)


def config(shape, vocabulary):
    if shape == "gpt2":
        return {"model_type": "gpt2", "vocab_size": vocabulary, "n_embd": WIDTH, "n_inner": INNER, "n_layer": LAYERS, "n_head": HEADS,
                "n_positions": 512, "layer_norm_epsilon": 1e-5, "activation_function": "gelu_new", "tie_word_embeddings": True}
    return {"model_type": shape, "vocab_size": vocabulary, "hidden_size": WIDTH, "intermediate_size": INNER, "num_hidden_layers": LAYERS,
            "num_attention_heads": HEADS, "num_key_value_heads": HEADS, "head_dim": WIDTH // HEADS, "max_position_embeddings": 512,
            "rms_norm_eps": 1e-6, "rope_theta": 10000.0, "hidden_act": "silu", "tie_word_embeddings": True}


def numbers(source, count, exponent):
    """BF16 numbers of either sign whose magnitudes share an upper exponent byte."""
    raw = bytearray(source.randbytes(2 * count))
    signs = bytes((byte & 0x80) | exponent for byte in range(256))
    raw[1::2] = raw[1::2].translate(signs)
    return bytes(raw)


def make(shape, folder, vocabulary_folder):
    os.makedirs(folder, exist_ok=True)
    for name in ("vocab.json", "merges.txt"):
        shutil.copyfile(os.path.join(vocabulary_folder, name), os.path.join(folder, name))
    vocabulary = len(json.load(open(os.path.join(folder, "vocab.json"), encoding="utf-8")))
    json.dump(config(shape, vocabulary), open(os.path.join(folder, "config.json"), "w"))
    source, header, body, offset = random.Random(7), {}, [], 0
    for name, size in tensors(shape, vocabulary):
        count = size[0] * (size[1] if len(size) == 2 else 1)
        data = numbers(source, count, 0x3D)  # Magnitudes from 0.03 to 0.12.
        if len(size) == 1 and not name.endswith("bias"):
            data = b"\x80\x3f" * count
        header[name] = {"dtype": "BF16", "shape": list(size), "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
        body.append(data)
    head = json.dumps(header).encode()
    with open(os.path.join(folder, "model.safetensors"), "wb") as file:
        file.write(struct.pack("<Q", len(head)) + head + b"".join(body))


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"{command} ended with {done.returncode}: {(done.stdout + done.stderr)[-2000:]}")
    return done.stdout + "\n" + done.stderr


def gyre(arguments, options, path, before=False):
    output = subprocess.run(
        [*shlex.split(arguments.gyre), "quantize", *options, "-o", path, "--force", "--text", arguments.text, "--window", str(WINDOW), "--json"],
        capture_output=True, text=True)
    if output.returncode != 0:
        sys.exit(f"gyre quantize {options}: {output.stdout}{output.stderr}")
    report = json.loads(output.stdout)["report"]
    return report["divergence"]["value"]["perplexity_before" if before else "perplexity_after"], report


def peer_perplexity(arguments, path):
    text = run([os.path.join(arguments.llama, "llama-perplexity"), "-m", path, "-f", arguments.text, "-c", str(WINDOW), "-b", str(WINDOW), "-t", "2"])
    # Its last line is written by another thread and may be lost; the running values end with the same number.
    final = re.search(r"Final estimate: PPL = ([0-9.]+)", text)
    return float(final.group(1) if final else re.findall(r"\[[0-9]+\]([0-9.]+),", text)[-1])


def digest(path):
    return hashlib.sha256(open(path, "rb").read()).hexdigest()[:12]


def main():
    parser = argparse.ArgumentParser()
    for name in ("gyre", "llama", "vocabulary", "text", "work"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--shapes", default="llama,gpt2,qwen3")
    arguments = parser.parse_args()
    os.makedirs(arguments.work, exist_ok=True)
    print("| shape | written by | type | sha256 | bits/weight | perplexity Gyre | perplexity llama.cpp | apart |")
    print("|---|---|---|---|---:|---:|---:|---:|")
    worst = 0.0

    def row(shape, writer, kind, path, bits, ours, theirs):
        nonlocal worst
        apart = abs(ours / theirs - 1)
        worst = max(worst, apart)
        print(f"| {shape} | {writer} | {kind} | {digest(path)} | {bits} | {ours:.4f} | {theirs:.4f} | {apart:.4%} |", flush=True)

    for shape in arguments.shapes.split(","):
        folder = os.path.join(arguments.work, shape)
        make(shape, folder, arguments.vocabulary)
        base = os.path.join(arguments.work, f"{shape}-f16.gguf")
        for kind in TYPES:
            path = base if kind == "F16" else os.path.join(arguments.work, "gyre.gguf")
            ours, report = gyre(arguments, [folder, kind], path)
            assert report["tokenizer"]["value"]["is_equal"], report["tokenizer"]
            row(shape, "Gyre", kind, path, f"{report['bits_per_weight']:.2f}", ours, peer_perplexity(arguments, path))
        for kind in PEER_TYPES:
            path = os.path.join(arguments.work, "peer.gguf")
            run([os.path.join(arguments.llama, "llama-quantize"), base, path, kind, "2"])
            ours, _ = gyre(arguments, [path, "F32", "--allow-requantize"], os.path.join(arguments.work, "again.gguf"), before=True)
            row(shape, "llama.cpp", kind, path, "", ours, peer_perplexity(arguments, path))
    print(f"\nFurthest apart: {worst:.4%}; allowed {TOLERANCE:.0%}.")
    return 0 if worst <= TOLERANCE else 1


if __name__ == "__main__":
    sys.exit(main())
