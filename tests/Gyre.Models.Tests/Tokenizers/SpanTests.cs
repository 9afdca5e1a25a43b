using Gyre.Contracts;
using Gyre.Models.Tokenizers;
using Gyre.Models.Weights;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Tokenizers;

/// <summary>Every token knows the text that it stands for, whatever normalisation and kind of vocabulary.</summary>
public class SpanTests
{
    private static readonly PairEncodingOptions Plain = new() { AddsSpecialTokens = false };

    public static TheoryData<string> Vocabularies =>
    [
        "tokenizers/bert-all-MiniLM-L6-v2", "tokenizers/gpt2", "tokenizers/llama3", "tokenizers/qwen2", "tokenizers/llama2", "models/stories260K/tok512.model",
        "tokenizers/marian-opus-mt-en-fr/source.spm", "models/model2vec-test", "tokenizers/llama.cpp-vocab/ggml-vocab-bert-bge.gguf",
        "tokenizers/llama.cpp-vocab/ggml-vocab-phi-3.gguf", "tokenizers/llama.cpp-vocab/ggml-vocab-deepseek-coder.gguf",
    ];

    [Theory]
    [MemberData(nameof(Vocabularies))]
    public void Ids_are_those_of_encoding_and_spans_cover_the_text_in_order(string vocabulary)
    {
        var tokenizer = Load(vocabulary);
        foreach (var text in (string[])[.. ConformanceCases.Texts(), .. RandomTexts(60)])
        {
            var encoded = tokenizer.EncodePair(text, null, Plain);

            var ids = new List<int>();
            tokenizer.Encode(text, addSpecialTokens: false, parseSpecialTokens: false, ids);
            encoded.Ids.ShouldBe(ids, customMessage: text);
            CheckOrder(encoded, text);
        }
    }

    // What no token covers is what normalisation drops; the covered text alone gives the same ids.
    [Theory]
    [InlineData("tokenizers/gpt2", "")]
    [InlineData("tokenizers/llama2", "")]
    [InlineData("tokenizers/qwen2", "")]
    [InlineData("tokenizers/bert-all-MiniLM-L6-v2", " \t\n\r")]
    public void Only_white_space_and_control_characters_are_left_uncovered(string vocabulary, string mayBeLost)
    {
        var tokenizer = Load(vocabulary);
        foreach (var text in (string[])[.. ConformanceCases.Texts(), "Zoë naïve café ÅNGSTRÖM 東京タワー ﬁne \u200b½ Việt Nam", .. RandomTexts(60)])
        {
            var covered = new bool[text.Length];
            foreach (var span in tokenizer.EncodePair(text, null, Plain).Spans)
            {
                covered.AsSpan(span.Start, span.Length).Fill(true);
            }

            for (var i = 0; i < text.Length; i++)
            {
                var isLost = mayBeLost.Length > 0 && (char.IsWhiteSpace(text[i]) || char.GetUnicodeCategory(text[i]) is System.Globalization.UnicodeCategory.Control
                    or System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.PrivateUse
                    or System.Globalization.UnicodeCategory.OtherNotAssigned or System.Globalization.UnicodeCategory.Surrogate);
                (covered[i] || isLost || text[i] == '\uFFFD').ShouldBeTrue($"U+{(int)text[i]:X4} at {i} of {text}");
            }
        }
    }

    // The text of a span, encoded alone, spells what the token spells.
    [Theory]
    [InlineData("tokenizers/bert-all-MiniLM-L6-v2")]
    [InlineData("tokenizers/gpt2")]
    [InlineData("tokenizers/llama2")]
    public void The_text_of_a_span_normalises_to_what_its_tokens_decode_to(string vocabulary)
    {
        var tokenizer = Load(vocabulary);
        var text = "Où est le CAFÉ? naïve Ångström re\u0301sume\u0301 — 東京タワー, ﬁne \t\n don't stop... Übergrößenträger 1234567 ok🦙ok";
        var encoded = tokenizer.EncodePair(text, null, Plain);
        for (var first = 0; first < encoded.Ids.Count; first++)
        {
            for (var last = first; last < Math.Min(encoded.Ids.Count, first + 6); last++)
            {
                // Where a character is shared between tokens, both ends must be at whole characters.
                var startsInside = first > 0 && encoded.Spans[first - 1].End > encoded.Spans[first].Start;
                var endsInside = last + 1 < encoded.Ids.Count && encoded.Spans[last + 1].Start < encoded.Spans[last].End;
                if (startsInside || endsInside || encoded.Ids.Skip(first).Take(last - first + 1).Any(id => tokenizer.GetToken(id) == "[UNK]"))
                {
                    continue;
                }

                var part = encoded.Between(first, last).Of(text).ToString();
                var again = new List<int>();
                tokenizer.Encode(part, addSpecialTokens: false, parseSpecialTokens: false, again);

                Letters(tokenizer, again).ShouldBe(Letters(tokenizer, encoded.Ids.Skip(first).Take(last - first + 1)), $"'{part}'");
            }
        }
    }

    [Fact]
    public void Accents_case_and_ideographs_map_back_to_the_text_as_it_was_written()
    {
        var tokenizer = Load("tokenizers/bert-all-MiniLM-L6-v2");
        var text = "  Der\tFÜHRER, 東京 Cafe\u0301s";
        var encoded = tokenizer.EncodePair(text, null);

        encoded.Ids.Select(tokenizer.GetToken).ShouldBe(["[CLS]", "der", "fu", "##hrer", ",", "東", "京", "cafes", "[SEP]"]);
        encoded.Spans.Select(span => span.Of(text).ToString()).ShouldBe(["", "Der", "FÜ", "HRER", ",", "東", "京", "Cafe\u0301s", ""]);
        encoded.Sources.ShouldBe([-1, 0, 0, 0, 0, 0, 0, 0, -1]);
    }

    [Fact]
    public void Inner_pieces_of_a_word_share_it_without_gaps()
    {
        var tokenizer = Load("tokenizers/bert-all-MiniLM-L6-v2");
        var text = "Unaffable";
        var encoded = tokenizer.EncodePair(text, null, Plain);

        encoded.Ids.Count.ShouldBeGreaterThan(1);
        string.Concat(encoded.Spans.Select(span => span.Of(text).ToString())).ShouldBe(text);
        encoded.Spans.Zip(encoded.Ids).ShouldAllBe(one => one.First.Of(text).ToString().ToLowerInvariant() == tokenizer.GetToken(one.Second).Replace("##", ""));
    }

    private static string Letters(ITokenizer tokenizer, IEnumerable<int> ids) => tokenizer.Decode([.. ids]).Replace(" ", "").Trim();

    private static void CheckOrder(EncodedPair encoded, string text)
    {
        var start = 0;
        foreach (var span in encoded.Spans)
        {
            span.Start.ShouldBeGreaterThanOrEqualTo(start, text);
            span.End.ShouldBeInRange(span.Start, text.Length, text);
            start = span.Start;
        }
    }

    internal static ITokenizer Load(string name)
    {
        var path = TestData.Require(name);
        if (name.EndsWith(".gguf", StringComparison.Ordinal))
        {
            using var gguf = GgufFile.Open(path);
            return TokenizerLoader.FromGguf(gguf.Metadata);
        }

        if (!name.EndsWith(".spm", StringComparison.Ordinal))
        {
            return TokenizerLoader.FromFolder(path);
        }

        using var stream = File.OpenRead(path);
        return TokenizerLoader.FromSentencePiece(stream);
    }

    internal static string[] RandomTexts(int count)
    {
        var random = new SeededRandom(31);
        return [.. Enumerable.Range(0, count).Select(_ => string.Concat(Enumerable.Range(0, random.NextInt32(1, 30)).Select(_ => random.NextInt32(6) switch
        {
            0 => ((char)random.NextInt32(32, 127)).ToString(),
            1 => random.Pick([" ", "\n", "  ", "the ", "É", "漢", "e\u0301", "\u0000", "¼", "한국", "<s>", "▁", "ﬃ", "\u00a0"]),
            2 => ((char)random.NextInt32(0x00A0, 0x0600)).ToString(),
            3 => ((char)random.NextInt32(0x0600, 0xD7FF)).ToString(),
            4 => "word",
            _ => char.ConvertFromUtf32(random.NextInt32(0x10000, 0x30000)),
        })))];
    }
}
