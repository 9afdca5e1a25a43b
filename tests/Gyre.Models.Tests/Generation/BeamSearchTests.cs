using Gyre.Models.Generation;
using Gyre.Models.Tests.Architectures;

namespace Gyre.Models.Tests.Generation;

public sealed class BeamSearchTests
{
    private const int Vocabulary = 6;
    private const int End = 5;

    [Theory]
    [InlineData(1f)]
    [InlineData(0f)]
    [InlineData(2f)]
    public void With_room_for_every_sequence_it_finds_the_best_of_all(float lengthPenalty)
    {
        using var decoder = new TableDecoder(Vocabulary, 16);
        var options = new BeamSearchOptions { Beams = 64, Answers = 3, MaxTokens = 3, LengthPenalty = lengthPenalty };
        for (var first = 0; first < Vocabulary; first++)
        {
            var expected = Every([3, first], 3)
                .OrderByDescending(answer => answer.LogProbability / Math.Pow(answer.Ids.Length, lengthPenalty))
                .Take(3).ToArray();

            var actual = new BeamSearch(decoder, Vocabulary, [End]).Run([3, first], options);

            actual.Select(answer => answer.Ids.ToArray()).ShouldBe(expected.Select(answer => answer.Ids));
            actual[0].LogProbability.ShouldBe(expected[0].LogProbability, 1e-9);
            actual[0].FinishReason.ShouldBe(expected[0].Ids[^1] == End ? FinishReason.Stop : FinishReason.Length);
        }
    }

    [Fact]
    public void More_beams_never_give_a_less_likely_answer_of_a_fixed_length_than_greedy()
    {
        using var decoder = new TableDecoder(Vocabulary, 32);
        for (var first = 0; first < Vocabulary; first++)
        {
            var greedy = Search(decoder, [first], 1);
            var four = Search(decoder, [first], 4);
            four.LogProbability.ShouldBeGreaterThanOrEqualTo(greedy.LogProbability);
        }

        static BeamAnswer Search(TableDecoder decoder, int[] prompt, int beams) =>
            new BeamSearch(decoder, Vocabulary, []).Run(prompt, new BeamSearchOptions { Beams = beams, MaxTokens = 6 })[0];
    }

    [Fact]
    public void One_beam_is_greedy_on_real_weights()
    {
        using var loaded = LoadedDecoder.Open("models/stories260K/derived-hf");
        int[] prompt = [1, 403, 407];
        var expected = loaded.Greedy(prompt, 24);

        var answer = new BeamSearch(loaded.Decoder, loaded.Decoder.VocabularySize, []).Run(prompt, new BeamSearchOptions { Beams = 1, MaxTokens = 24 })[0];

        answer.Ids.ShouldBe(expected);
    }

    [Theory]
    [InlineData(4, 1f, false)]
    [InlineData(3, 0.5f, true)]
    public void The_caches_of_the_beams_give_what_reading_every_sequence_anew_gives(int beams, float lengthPenalty, bool stopsEarly)
    {
        using var loaded = LoadedDecoder.Open("models/stories260K/derived-hf");
        var options = new BeamSearchOptions { Beams = beams, Answers = beams, MaxTokens = 40, LengthPenalty = lengthPenalty, StopsEarly = stopsEarly };
        int[] prompt = [1, 403, 407];

        var cached = new BeamSearch(loaded.Decoder, loaded.Decoder.VocabularySize, [2]).Run(prompt, options);
        using var fresh = new RereadingDecoder(loaded.Decoder);
        var anew = new BeamSearch(fresh, loaded.Decoder.VocabularySize, [2]).Run(prompt, options);

        cached.Count.ShouldBe(beams);
        cached.Select(answer => answer.Ids.ToArray()).ShouldBe(anew.Select(answer => answer.Ids.ToArray()));
        for (var i = 0; i < beams; i++)
        {
            cached[i].Score.ShouldBe(anew[i].Score, 1e-4);
        }
    }

    [Fact]
    public void Faults_are_named_together_and_a_long_prompt_is_refused()
    {
        using var decoder = new TableDecoder(Vocabulary, 8);
        var search = new BeamSearch(decoder, Vocabulary, [End]);

        var faults = Should.Throw<ModelException>(() => search.Run([1], new BeamSearchOptions { Beams = 0, MaxTokens = 0 }));
        faults.Code.ShouldBe("RUN0302");
        faults.Message.ShouldContain("beams is 0");
        faults.Message.ShouldContain("max_tokens is 0");
        Should.Throw<ModelException>(() => search.Run([7], new BeamSearchOptions())).Code.ShouldBe("RUN0302");
        Should.Throw<ModelException>(() => search.Run([1, 1, 1, 1, 1, 1, 1, 1], new BeamSearchOptions())).Code.ShouldBe("RUN0301");
    }

    /// <summary>Every answer: ends with the end token, or has the full length.</summary>
    private static IEnumerable<(int[] Ids, double LogProbability)> Every(int[] prompt, int length)
    {
        var open = new List<(int[] Ids, double LogProbability)> { ([], 0) };
        for (var step = 1; step <= length; step++)
        {
            var longer = new List<(int[] Ids, double LogProbability)>();
            foreach (var (ids, logProbability) in open)
            {
                var logits = TableDecoder.Logits([.. prompt, .. ids], Vocabulary);
                var shift = Math.Log(logits.Sum(logit => Math.Exp(logit)));
                for (var token = 0; token < Vocabulary; token++)
                {
                    (int[] Ids, double LogProbability) next = ([.. ids, token], logProbability + logits[token] - shift);
                    if (token == End || step == length)
                    {
                        yield return next;
                    }
                    else
                    {
                        longer.Add(next);
                    }
                }
            }

            open = longer;
        }
    }
}
