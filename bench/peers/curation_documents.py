"""Writes documents for the curation bench: COUNT records of about 100 words, a fifth of them variants of earlier ones.

usage: curation_documents.py COUNT > documents.jsonl
"""
import json
import random
import sys

random.seed(20261122)
words = ["".join(random.choice("bdfgklmnprstvz") + random.choice("aeiou") for _ in range(random.randint(1, 4))) for _ in range(20000)]
recent = []
for number in range(int(sys.argv[1])):
    if recent and random.random() < 0.2:
        text = list(random.choice(recent))
        for _ in range(random.randint(0, 4)):
            text[random.randrange(len(text))] = random.choice(words)
    else:
        text = [words[min(int(random.paretovariate(0.6)) - 1, 19999)] for _ in range(random.randint(60, 140))]
        recent.append(text)
        recent = recent[-20000:]
    print(json.dumps({"text": " ".join(text), "number": number}))
