using System.Globalization;
using Gyre.Models.Tokenizers;
using Gyre.Models.Weights;

namespace Gyre.Cli.Parity.Families;

/// <summary>llama.cpp's conformance texts with the ids that each published vocabulary gives.</summary>
internal sealed class ConformanceTokens : IParityFamily
{
    private const string Folder = "tokenizers/llama.cpp-vocab";
    private const string Separator = "\n__ggml_vocab_test__\n";

    public string Name => "tokens-llama.cpp";

    public string Source => "llama.cpp c392e509, its tokenizer conformance cases";

    public string Compared => "ids of 47 texts by the vocabularies inside GGUF files";

    public IReadOnlyList<string> Needs => [Folder];

    public IEnumerable<ParityRow> Compute(ParityInput input)
    {
        var texts = File.ReadAllText(input.At(Folder + "/ggml-vocab.inp")).Split(Separator);
        foreach (var path in Directory.EnumerateFiles(input.At(Folder), "*.gguf").Order(StringComparer.Ordinal))
        {
            using var file = GgufFile.Open(path);
            var tokenizer = TokenizerLoader.FromGguf(file.Metadata);
            var lines = File.ReadAllText(path + ".out").Split('\n');
            yield return ParityRow.Same(Path.GetFileNameWithoutExtension(path)["ggml-vocab-".Length..], texts.Select((text, i) =>
            {
                var ids = new List<int>();
                tokenizer.Encode(text, addSpecialTokens: false, parseSpecialTokens: false, ids);
                return ids.SequenceEqual(lines[i].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture)));
            }));
        }
    }
}
