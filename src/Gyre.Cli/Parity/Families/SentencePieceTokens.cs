using Gyre.Models.Tokenizers;

namespace Gyre.Cli.Parity.Families;

/// <summary>Ids and texts that sentencepiece gives.</summary>
internal sealed class SentencePieceTokens : IParityFamily
{
    private static readonly (string Model, string Golden)[] Models =
    [
        ("tokenizers/llama2/tokenizer.model", "tokenizers/llama2/tokenizer.sentencepiece-golden.json"),
        ("models/stories260K/tok512.model", "models/stories260K/tok512.sentencepiece-golden.json"),
        ("tokenizers/marian-opus-mt-en-fr/source.spm", "tokenizers/marian-opus-mt-en-fr/source.sentencepiece-golden.json"),
        ("tokenizers/marian-opus-mt-en-fr/target.spm", "tokenizers/marian-opus-mt-en-fr/target.sentencepiece-golden.json"),
    ];

    public string Name => "tokens-sentencepiece";

    public string Source => "sentencepiece 0.1.97";

    public string Compared => "ids of texts, and texts of ids, by BPE and unigram models";

    public IReadOnlyList<string> Needs => [.. Models.SelectMany(item => new[] { item.Model, item.Golden })];

    public IEnumerable<ParityRow> Compute(ParityInput input)
    {
        foreach (var (model, golden) in Models)
        {
            using var stream = File.OpenRead(input.At(model));
            var tokenizer = TokenizerLoader.FromSentencePiece(stream);
            yield return ParityRow.Same(string.Join("/", model.Split('/').TakeLast(2)), input.Json(golden).Items("cases").Select(one =>
            {
                var (ids, wanted) = (new List<int>(), one.GetProperty("ids").Integers());
                tokenizer.Encode(one.Text("text"), addSpecialTokens: false, parseSpecialTokens: false, ids);
                return ids.SequenceEqual(wanted) && tokenizer.Decode(wanted) == one.Text("decoded");
            }));
        }
    }
}
