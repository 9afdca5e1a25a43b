using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gyre.Models.Tokenizers;

/// <summary>Every error of this room, with its stable code (see docs/errors.md).</summary>
internal static class TokenizerErrors
{
    public static ModelException NothingFound(string folder) => new(
        "RUN0100",
        $"Loading a tokenizer: found no tokenizer files in '{folder}'; expected tokenizer.json, vocab.json with merges.txt or with source.spm and target.spm, "
        + "encoder.json with vocab.bpe, bpe_simple_vocab_16e6.txt.gz, vocab.txt, or tokenizer.model. Copy them beside the weights.");

    public static ModelException Unreadable(string path, Exception cause) => new(
        "RUN0100", $"Loading a tokenizer: '{path}' cannot be read ({cause.Message}). Check the path and its permissions.", cause);

    public static ModelException TooLarge(string what, long found, long limit) => new(
        "RUN0101", $"Loading a tokenizer: {what} is {found:N0}; expected at most {limit:N0}. The file is damaged or not a tokenizer.");

    public static ModelException InvalidJson(string source, JsonException cause) => new(
        "RUN0102",
        $"Loading a tokenizer: {source} is not valid JSON (line {cause.LineNumber + 1}, byte {cause.BytePositionInLine + 1}). Fetch the file again.",
        cause);

    public static ModelException WrongShape(string source, string path, string found, string expected) => new(
        "RUN0102", $"Loading a tokenizer: {path} is {found}; expected {expected}, in {source}. Fetch the file again or correct it.");

    public static ModelException BrokenSentencePiece(string found, long offset) => new(
        "RUN0103",
        $"Loading a SentencePiece model: {found} at byte {offset:N0}; expected a serialised sentencepiece.ModelProto. The file is truncated or of another kind.");

    public static ModelException UnsupportedModel(string source, string model) => new(
        "RUN0104", $"Loading a tokenizer: the model is '{model}'; expected BPE, WordPiece or Unigram, in {source}. This kind is not supported.");

    public static ModelException UnsupportedPart(string source, string part, string found, string expected) => new(
        "RUN0105",
        $"Loading a tokenizer: the {part} is '{found}'; expected one of {expected}, in {source}. Encoding without it would give wrong tokens.");

    public static ModelException InvalidVocabulary(string source, string found, string expected) => new(
        "RUN0106", $"Loading a tokenizer: {found}; expected {expected}, in {source}. Fetch the file again.");

    public static ModelException InvalidMerge(string source, long rank, string found) => new(
        "RUN0107",
        $"Loading a tokenizer: merge {rank:N0} {found}; expected two tokens of the vocabulary whose joined text is a token too, in {source}. "
        + "The merges belong to another vocabulary or are damaged.");

    public static ModelException MissingMetadata(string key, string expected) => new(
        "RUN0109", $"Loading a tokenizer from a GGUF file: key '{key}' is absent or unusable; expected {expected}. Convert the model again.");

    public static ModelException UnusableSplitPattern(string pattern, Exception cause) => new(
        "RUN0110",
        $"Loading a tokenizer: the split pattern of {pattern.Length} characters is none of the published ones and cannot be run ({cause.Message}). "
        + "Use a tokenizer with a published pre-tokenizer.",
        cause);

    public static ModelException SplitPatternTimedOut(RegexMatchTimeoutException cause) => new(
        "RUN0111",
        $"Encoding text: the tokenizer's own split pattern ran longer than {cause.MatchTimeout.TotalSeconds:0} s. Shorten the text or use a tokenizer with a published pattern.",
        cause);

    public static ModelException NoTokenFor(string what) => new(
        "RUN0112",
        $"Encoding text: the vocabulary has no token for {what}, and neither byte tokens nor an unknown token. Use a complete vocabulary.");

    public static ModelException UnknownPreTokenizer(string name) => new(
        "RUN0113", $"Loading a tokenizer: the pre-tokenizer '{name}' is not known; expected one of {Scanning.PreTokenizers.KnownNames}.");

    public static ModelException NormalizedTooLong(int limit) => new(
        "RUN0114",
        $"Normalising text: the tokenizer's own rules make it longer than {limit:N0} units; expected at most 64 times its length and 1,048,576 more. "
        + "The tokenizer is damaged or hostile: do not use it.");

    public static ModelException NoSpans(string tokenizer) => new(
        "RUN0115", $"Encoding with spans: a {tokenizer} does not know which text its tokens stand for; expected a tokenizer that a file describes. Load one with TokenizerLoader.");

    public static ModelException NoPairForm() => new(
        "RUN0116", "Encoding a pair of texts: the tokenizer's own files do not say how its special tokens join two texts. Encode the texts one by one, or use a model made for pairs.");

    public static ModelException TooShortForPair(int limit, int fixedCount, int firstCount, int secondCount, PairTruncation truncation) => new(
        "RUN0117",
        $"Encoding a pair of texts: {fixedCount} special tokens, {firstCount:N0} tokens of the first text and {secondCount:N0} of the second cannot be brought to {limit:N0} "
        + $"with the truncation {truncation}. Raise the limit, shorten the texts, or choose another truncation.");

    public static ModelException BrokenArchive(string path, Exception cause) => new(
        "RUN0122", $"Loading a tokenizer: '{path}' is no whole gzip file ({cause.Message}). Fetch the file again.", cause);

    public static ModelException InvalidTraining(string faults) => new("RUN0120", $"Training a tokenizer: {faults}. Correct the options.");

    public static ModelException CorpusTooVaried(long limit) => new(
        "RUN0123", $"Training a tokenizer: the different words of the text have more than {limit:N0} characters together; expected less. Train on a sample of the text.");

    public static ModelException Unwritable(string path, Exception cause) => new(
        "RUN0121", $"Writing a tokenizer: '{path}' cannot be written ({cause.Message}). Check the path, its permissions and the free space.", cause);
}
