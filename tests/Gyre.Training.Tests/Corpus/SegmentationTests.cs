using Gyre.Models.Tokenizers;
using Gyre.Models.Tokenizers.Training;
using Gyre.Training.Corpus;

namespace Gyre.Training.Tests.Corpus;

public class SegmentationTests(ITestOutputHelper output)
{
    [Fact]
    public void Held_out_values_are_cut_alike_in_a_context_an_answer_and_json()
    {
        var texts = new ShopCorpus(1).Training(0, 12_000).SelectMany(example => example.Turns).Select(turn => turn.Content);
        var options = new BpeTrainerOptions { VocabularySize = 3072, PreTokenizer = ShopChatFormat.PreTokenizer, SpecialTokens = ShopChatFormat.SpecialTokens };
        var tokenizer = new BpeTrainer(options).Train(texts).ToTokenizer();
        var values = new ShopCorpus(2).HeldOut(new Dictionary<string, int> { ["answer"] = 300 }).SelectMany(row => row.Facts.Values).ToArray();

        var alike = values.Count(value =>
        {
            var answer = Cut(tokenizer, value);
            var context = Cut(tokenizer, " " + value);
            var start = context.StartsWith("Ġ|", StringComparison.Ordinal) ? 2 : 1;
            return context[start..] == answer && Cut(tokenizer, $"\"k\":\"{value}\"}}").Contains($"|{answer}|", StringComparison.Ordinal);
        });

        output.WriteLine($"{alike} of {values.Length}");
        (alike / (double)values.Length).ShouldBeGreaterThan(0.95);
    }

    private static string Cut(ITokenizer tokenizer, string text)
    {
        var ids = new List<int>();
        tokenizer.Encode(text, addSpecialTokens: false, parseSpecialTokens: false, ids);
        return string.Join('|', ids.Select(tokenizer.GetToken));
    }
}
