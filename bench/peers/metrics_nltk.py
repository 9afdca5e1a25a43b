"""Debian's python3-nltk as the peer of `metrics`: measures rows when it is told to.

Started with a file of rows, one JSON object a line ({"candidate", "reference"}); reads "METRIC ROWS" lines and answers each
with the seconds of processor time that metric took over the first ROWS rows; "METRIC ROWS FILE" also writes the values, one a line.
Both sides begin with a row's texts; METEOR gets no WordNet, so that looking words up costs the peer nothing.
"""
import json
import sys
import time
import warnings

import nltk
from nltk.metrics.distance import edit_distance, jaro_winkler_similarity
from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu
from nltk.translate.meteor_score import single_meteor_score

warnings.simplefilter("ignore")


class NoWordNet:
    @staticmethod
    def synsets(word):
        return []


class NoStemmer:
    @staticmethod
    def stem(word):
        return word


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        texts = [(row["candidate"], row["reference"]) for row in map(json.loads, file)]
    smoothing = SmoothingFunction().method3
    metrics = {
        "bleu-nltk-method3": lambda c, r: sentence_bleu([r.split()], c.split(), smoothing_function=smoothing),
        "meteor-tokenised-exact": lambda c, r: single_meteor_score(r.split(), c.split(), stemmer=NoStemmer, wordnet=NoWordNet),
        "meteor-tokenised-exact-stem": lambda c, r: single_meteor_score(r.split(), c.split(), wordnet=NoWordNet),
        "levenshtein": edit_distance,
        "jaro-winkler": jaro_winkler_similarity,
    }
    print(f"ready nltk {nltk.__version__}, Python {sys.version.split()[0]}", flush=True)
    for line in sys.stdin:
        name, rows, *path = line.split()
        measure = metrics[name]
        inputs = texts[:int(rows)]
        start = time.process_time()
        values = [measure(candidate, reference) for candidate, reference in inputs]
        seconds = time.process_time() - start
        if path:
            with open(path[0], "w", encoding="utf-8") as file:
                file.writelines(f"{float(value)!r}\n" for value in values)
        print(repr(seconds), flush=True)


main()
