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

    public string Compared => "ids of 47 texts by vocabularies inside GGUF files and by those of folders";

    private static readonly (string Folder, string Golden)[] Folders = [("gpt2", "gpt-2"), ("llama2", "llama-spm"), ("llama3", "llama-bpe"), ("qwen2", "qwen2")];

    public IReadOnlyList<string> Needs => [Folder, .. Folders.Select(item => "tokenizers/" + item.Folder)];

    public IEnumerable<ParityRow> Compute(ParityInput input)
    {
        var texts = File.ReadAllText(input.At(Folder + "/ggml-vocab.inp")).Split(Separator);
        foreach (var path in Directory.EnumerateFiles(input.At(Folder), "*.gguf").Order(StringComparer.Ordinal))
        {
            using var file = GgufFile.Open(path);
            yield return Check(Path.GetFileName(path), TokenizerLoader.FromGguf(file.Metadata), path + ".out", texts);
        }

        foreach (var (folder, golden) in Folders)
        {
            yield return Check($"the folder {folder}", TokenizerLoader.FromFolder(input.At("tokenizers/" + folder)), input.At($"{Folder}/ggml-vocab-{golden}.gguf.out"), texts);
        }
    }

    private static ParityRow Check(string quantity, ITokenizer tokenizer, string golden, string[] texts)
    {
        var lines = File.ReadAllText(golden).Split('\n');
        return ParityRow.Same(quantity, texts.Select((text, i) =>
        {
            var ids = new List<int>();
            tokenizer.Encode(text, addSpecialTokens: false, parseSpecialTokens: false, ids);
            return ids.SequenceEqual(lines[i].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture)));
        }));
    }
}
