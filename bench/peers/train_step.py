"""A small language model's training step in PyTorch, the peer of the benchmark verb `train-step`.

Reads commands from standard input and answers on standard output, so that two processes can take turns:
    run N    N steps; answers with the seconds they took
    quit
Options: --threads N  --arch gpt|llama  --vocab V --width C --layers L --heads H --kv-heads K --ffn F --sequence T --rows B --lora R (0: the whole model is trained)
"""
import argparse
import math
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class RmsNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5) * self.weight


class Attention(nn.Module):
    def __init__(self, o, rotary):
        super().__init__()
        self.heads, self.kv, self.size = o.heads, o.kv_heads, o.width // o.heads
        self.qkv = nn.Linear(o.width, (o.heads + 2 * o.kv_heads) * self.size, bias=False)
        self.out = nn.Linear(o.width, o.width, bias=False)
        self.lora = o.lora
        if o.lora:
            self.down = nn.ModuleList([nn.Linear(o.width, o.lora, bias=False) for _ in range(2)])
            self.up = nn.ModuleList([nn.Linear(o.lora, n * self.size, bias=False) for n in (o.heads, o.kv_heads)])
        self.register_buffer("mask", torch.full((o.sequence, o.sequence), float("-inf")).triu(1))
        self.rotary = rotary
        if rotary:
            angle = torch.outer(torch.arange(o.sequence).float(), 10000.0 ** (-torch.arange(0, self.size, 2).float() / self.size))
            self.register_buffer("cos", torch.cat([angle.cos(), angle.cos()], -1))
            self.register_buffer("sin", torch.cat([-angle.sin(), angle.sin()], -1))

    def rotate(self, x):
        half = self.size // 2
        return x * self.cos + torch.cat([x[..., half:], x[..., :half]], -1) * self.sin

    def forward(self, x):
        b, t, c = x.shape
        q, k, v = self.qkv(x).split([self.heads * self.size, self.kv * self.size, self.kv * self.size], dim=2)
        if self.lora:
            q = q + 2.0 * self.up[0](self.down[0](x))
            v = v + 2.0 * self.up[1](self.down[1](x))
        q = q.view(b, t, self.heads, self.size).transpose(1, 2)
        k = k.view(b, t, self.kv, self.size).transpose(1, 2)
        v = v.view(b, t, self.kv, self.size).transpose(1, 2)
        if self.rotary:
            q, k = self.rotate(q), self.rotate(k)
        if self.kv != self.heads:
            k = k.repeat_interleave(self.heads // self.kv, 1)
            v = v.repeat_interleave(self.heads // self.kv, 1)
        q, k, v = (z.reshape(b * self.heads, t, self.size) for z in (q, k, v))
        # One fused call scales, multiplies and masks; it is faster here than three.
        scores = torch.baddbmm(self.mask[:t, :t], q, k.transpose(1, 2), alpha=1.0 / math.sqrt(self.size))
        y = torch.bmm(F.softmax(scores, dim=-1), v)
        return self.out(y.view(b, self.heads, t, self.size).transpose(1, 2).reshape(b, t, c))


class Block(nn.Module):
    def __init__(self, o):
        super().__init__()
        llama = o.arch == "llama"
        self.llama = llama
        self.norm1 = RmsNorm(o.width) if llama else nn.LayerNorm(o.width)
        self.norm2 = RmsNorm(o.width) if llama else nn.LayerNorm(o.width)
        self.attention = Attention(o, llama)
        self.up = nn.Linear(o.width, o.ffn * (2 if llama else 1), bias=False)
        self.down = nn.Linear(o.ffn, o.width, bias=False)

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        h = self.up(self.norm2(x))
        if self.llama:
            gate, up = h.chunk(2, -1)
            h = F.silu(gate) * up
        else:
            h = F.gelu(h)
        return x + self.down(h)


class Model(nn.Module):
    def __init__(self, o):
        super().__init__()
        self.embed = nn.Embedding(o.vocab, o.width)
        self.positions = None if o.arch == "llama" else nn.Embedding(o.sequence, o.width)
        self.blocks = nn.ModuleList([Block(o) for _ in range(o.layers)])
        self.norm = RmsNorm(o.width) if o.arch == "llama" else nn.LayerNorm(o.width)
        self.head = nn.Linear(o.width, o.vocab, bias=False)

    def forward(self, ids, targets):
        x = self.embed(ids)
        if self.positions is not None:
            x = x + self.positions.weight[: ids.shape[1]]
        for block in self.blocks:
            x = block(x)
        return F.cross_entropy(self.head(self.norm(x)).view(-1, self.head.weight.shape[0]), targets.view(-1))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--arch", choices=["gpt", "llama"], default="gpt")
    for name, value in [("threads", 1), ("vocab", 4096), ("width", 256), ("layers", 6), ("heads", 8), ("kv-heads", 8), ("ffn", 1024), ("sequence", 256), ("rows", 16), ("lora", 0)]:
        parser.add_argument("--" + name, type=int, default=value)
    o = parser.parse_args()
    torch.set_num_threads(o.threads)
    torch.set_num_interop_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(1)
    model = Model(o)
    if o.lora:
        for name, parameter in model.named_parameters():
            parameter.requires_grad_(".down." in name and "attention" in name or ".up." in name and "attention" in name)
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-3, betas=(0.9, 0.95), weight_decay=0.1, foreach=True)
    ids = torch.randint(0, o.vocab, (o.rows, o.sequence + 1))

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = model(ids[:, :-1], ids[:, 1:].contiguous())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        return loss

    step()
    count = sum(p.numel() for p in trained)
    print(f"ready torch {torch.__version__} parameters {count}", flush=True)
    for line in sys.stdin:
        words = line.split()
        if not words or words[0] == "quit":
            break
        begin = time.perf_counter()
        for _ in range(int(words[1])):
            loss = step()
        loss.item()
        print(f"{time.perf_counter() - begin:.6f}", flush=True)


main()
