using System.Text.Json;
using Gyre.Models.Tokenizers;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Tokenizers;

/// <summary>llama.cpp's 47 conformance texts with the ids that each published vocabulary gives.</summary>
internal static class ConformanceCases
{
    private const string Separator = "\n__ggml_vocab_test__\n";

    public static string[] Texts()
    {
        var text = File.ReadAllText(TestData.Require("tokenizers/llama.cpp-vocab/ggml-vocab.inp"));
        return text.Split(Separator);
    }

    public static int[][] Ids(string name)
    {
        var lines = File.ReadAllText(TestData.Require($"tokenizers/llama.cpp-vocab/ggml-vocab-{name}.gguf.out")).Split('\n');
        return [.. lines.Take(47).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToArray())];
    }

    public static void Check(ITokenizer tokenizer, string name)
    {
        var texts = Texts();
        var wanted = Ids(name);
        texts.Length.ShouldBe(47);
        wanted.Length.ShouldBe(47);
        for (var i = 0; i < texts.Length; i++)
        {
            var ids = new List<int>();
            tokenizer.Encode(texts[i], addSpecialTokens: false, parseSpecialTokens: false, ids);
            ids.ToArray().ShouldBe(wanted[i], customMessage: $"{name}, text {i}: {JsonSerializer.Serialize(texts[i])}");
        }
    }
}
