"""Writes overlap.json: values that the reference implementations give for seeded texts of our own.

Needs nltk 3.8, sacrebleu (commit f615c728) and regex on the path, WordNet 3.0's dictionary files with NLTK's lexnames,
and nltk 3.6.2's meteor_score.py as the module meteor362.

    python3 overlap.py WORDNET_FOLDER > overlap.json
"""
import json
import logging
import random
import sys
import warnings

import meteor362
import nltk
from nltk.corpus.reader.wordnet import WordNetCorpusReader
from nltk.stem.porter import PorterStemmer
from nltk.translate import bleu_score, meteor_score
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.metrics.ter import TER
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a
from sacrebleu.tokenizers.tokenizer_intl import TokenizerV14International
from sacrebleu.tokenizers.tokenizer_ter import TercomTokenizer
from sacrebleu.tokenizers.tokenizer_zh import TokenizerZh

warnings.simplefilter("ignore")
logging.disable()
rng = random.Random(20261121)
wordnet = WordNetCorpusReader(sys.argv[1], None)

WORDS = """the a of to and in is was for on with that it shirt dresses dressing running runs ran quickly happily happiness
generously national nationality organization organizer always forever heed obey obeys obeyed party commands commanding military
troops guide guiding guides sky skies dying news innings proceed relational conditional valency hesitancy digitizer conformably
radically differently vilely analogously vietnamization predication operator feudalism decisiveness hopefulness callousness
formality sensitivity sensibility triplicate formative formalize electricity electrical hopeful goodness revival allowance
inference airliner gyroscopic adjustable defensible irritant replacement adjustment dependent adoption homologous communism
activate angularity effective bowdlerize probate rate cease controlling rolled falling hissing fizzed agreed feed plastered
bled motoring sing conflated troubled sized hopping tanned failing filing ties tied cries cried by say enjoy cottons women
buy purchase large big small little begin start bought children better best men wolves boxes churches""".split()
ODD = ["don't", "3.14", "1,000", "e.g.", "U.S.", "state-of-the-art", "2-3", "it's", "(see", "below)", "50%", "$5", "a/b", "x..y", "..", ",.,", "&quot;hi&quot;",
       "&amp;", "naïve", "Straße", "ΟΔΟΣ", "Σ", "İstanbul", "“quoted”", "—", "…", "€3", "5€", "½", "日本語", "中文，字", "「かな」", "カタカナ", "😀", "a😀b", "٣", "Ⅳ", "²", "'s", "dog's",
       "<skipped>", "A-1", "9-", "-9", "end.", "Why?!", "[x]", "{y}", "q~r", "`z`", "tab\tbed", "\u00a0", "\u2028x", "\x1cy", "f*ded", "yyy", "syzygy", "say's"]


def text(least, most, odd=0.1):
    words = [rng.choice(ODD) if rng.random() < odd else rng.choice(WORDS) for _ in range(rng.randint(least, most))]
    return " ".join(w.capitalize() if rng.random() < 0.1 else w for w in words) + ("." if rng.random() < 0.5 else "")


def edited(base):
    words = base.split(" ")
    for _ in range(rng.randint(0, 5)):
        at = rng.randrange(len(words)) if words else 0
        kind = rng.randrange(4)
        if kind == 0:
            words.insert(at, rng.choice(WORDS))
        elif kind == 1 and len(words) > 1:
            words.pop(at)
        elif kind == 2 and words:
            words[at] = rng.choice(WORDS)
        elif words:
            run = words[at:at + rng.randint(1, 4)]
            rest = words[:at] + words[at + len(run):]
            to = rng.randint(0, len(rest))
            words = rest[:to] + run + rest[to:]
    return " ".join(words)


def value(compute):
    try:
        return float(compute())
    except AssertionError:
        return None


def case(i):
    reference = text(1, 30 if i % 8 else 80)
    references = [reference] + ([edited(reference) for _ in range(rng.randint(1, 2))] if i % 3 == 0 else [])
    candidate = edited(references[-1]) if i % 5 else text(1, 12)
    h, r = candidate.split(), [x.split() for x in references]
    smoothing = bleu_score.SmoothingFunction()
    out = {"candidate": candidate, "references": references}
    out["bleu"] = {f"{t}-{s}": BLEU(tokenize=t, smooth_method=s, effective_order=e, lowercase=e).sentence_score(candidate, references).score
                   for t, s, e in [("13a", "exp", False), ("intl", "exp", False), ("char", "exp", False), ("zh", "exp", False), ("none", "floor", False), ("13a", "add-k", True)]}
    out["nltk"] = [value(lambda: bleu_score.sentence_bleu(r, h, smoothing_function=getattr(smoothing, f"method{m}"))) for m in range(8)]
    out["nltkReweighed"] = value(lambda: bleu_score.sentence_bleu(r, h, smoothing_function=smoothing.method1, auto_reweigh=True))
    out["nltkTwoOrders"] = value(lambda: bleu_score.sentence_bleu(r, h, weights=(0.5, 0.5), smoothing_function=smoothing.method5))
    out["chrf"] = CHRF().sentence_score(candidate, references).score
    out["chrf++"] = CHRF(word_order=2).sentence_score(candidate, references).score
    out["chrf3Eps"] = CHRF(beta=3, eps_smoothing=True, whitespace=True, lowercase=True).sentence_score(candidate, references).score
    ter = lambda **o: (lambda s: [s.score, s.num_edits, s.ref_length])(TER(**o).sentence_score(candidate, references))
    out["ter"] = ter()
    out["terNormalised"] = ter(normalized=True, no_punct=True, asian_support=True, case_sensitive=True)
    nothing = type("NoWordNet", (), {"synsets": staticmethod(lambda word: [])})
    identity = type("NoStemmer", (), {"stem": staticmethod(lambda word: word)})
    lower = candidate.lower().split(), [x.lower().split() for x in references]
    out["meteorExact"] = meteor_score.meteor_score(lower[1], lower[0], preprocess=str, stemmer=identity, wordnet=nothing)
    out["meteorStem"] = meteor_score.meteor_score(lower[1], lower[0], preprocess=str, wordnet=nothing)
    out["meteor"] = meteor_score.meteor_score(lower[1], lower[0], preprocess=str, wordnet=wordnet)
    meteor362._enum_wordnetsyn_match.__defaults__ = (wordnet,)
    meteor362._enum_allign_words.__defaults__ = (PorterStemmer(), wordnet)
    out["meteorString"] = meteor362.meteor_score(references, candidate)
    return out


cases = [case(i) for i in range(120)]
corpus = lambda m: bleu_score.corpus_bleu([[x.split() for x in c["references"]] for c in cases], [c["candidate"].split() for c in cases],
                                          smoothing_function=getattr(bleu_score.SmoothingFunction(), f"method{m}"))
streams = [[c["references"][j] if j < len(c["references"]) else None for c in cases] for j in range(3)]
hypotheses = [c["candidate"] for c in cases]
texts = [text(3, 25, 0.5) for _ in range(80)] + ["", " ", ".", "a..b", "1..2", ",.,", "x-\ny", "a\nb", "<skipped>a", "&lt;b&gt;", "9-9-", "’tis", "a\n-b"]
stemmer = PorterStemmer()
json.dump({
    "made by": "overlap.py with nltk 3.8 (Debian python3-nltk 3.8-1), nltk 3.6.2 for meteorString, sacrebleu f615c728, WordNet 3.0; references of Python 3.11",
    "cases": cases,
    "corpus": {
        "nltk": [corpus(m) for m in range(5)],
        "bleu": BLEU().corpus_score(hypotheses, streams).score,
        "chrf": CHRF().corpus_score(hypotheses, streams).score,
        "chrf++": CHRF(word_order=2).corpus_score(hypotheses, streams).score,
        "ter": TER().corpus_score(hypotheses, streams).score,
    },
    "tokens": [{
        "text": t,
        "13a": Tokenizer13a()(t.rstrip()).split(),
        "intl": TokenizerV14International()(t.rstrip()).split(),
        "zh": TokenizerZh()(t.rstrip()).split(),
        "ter": TercomTokenizer(normalized=True, asian_support=True, no_punct=False)(t.rstrip()).split(),
    } for t in texts],
    "stems": {w: stemmer.stem(w) for w in sorted(set(WORDS + [w + e for w in WORDS for e in ("s", "ed", "ing", "ly", "alli", "y", "ies")] + ["yyy", "syzygy", "f*ded", "a*d", "fulli", "geologi", "sky", "ll", "aeiou"]))},
}, sys.stdout, ensure_ascii=True, indent=None, separators=(",", ":"))
