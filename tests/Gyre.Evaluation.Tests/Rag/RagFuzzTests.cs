using System.Text;
using Gyre.Contracts;
using Gyre.Evaluation.Judges;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Rag;
using Gyre.Evaluation.Tests.Judges;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Rag;

/// <summary>Replies that no model should give.</summary>
public sealed class RagFuzzTests
{
    private const int Replies = 1000;

    private static readonly string[] Seeds =
    [
        """{"reason": "because", "verdict": "yes"}""",
        """{"claims": ["The tower is high.", "It is red."]}""",
        """{"verdicts": [{"reason": "a", "verdict": "yes"}, {"reason": "b", "verdict": "no"}]}""",
        """{"sentences": [1, 3]}""",
        RagScorerTests.Questions("no", "yes", "no"),
        "Verdict: yes",
        "```json\n{\"verdict\": \"no\"}\n```",
        "1. yes\n2. no",
        "- one\n- two",
    ];

    private static readonly string[] Names = ["reason", "claims", "verdicts", "sentences", "questions"];

    private static readonly string[] Pieces =
    [
        "NaN", "Infinity", "-1e999", "1e999", "null", "{}", "[]", "\"", "{", "}", "[", "]", ",", ":", "\\ud800", "\ud800", "\0", "\u202e", "yes", "no", "Verdict:", "```", "<think>", "</think>", "\n", "0", "2147483648", "99", "true",
    ];

    [Fact]
    public async Task A_thousand_broken_replies_give_no_NaN_and_no_exception()
    {
        var random = new SeededRandom(20261121);
        var (defined, undefined, calls) = (0, 0, 0);
        using var client = new ScriptedJudge(messages =>
        {
            // Half of them begin as what was asked for, so that some get through.
            calls++;
            var wanted = Array.Find(Names, name => messages[^1].Text.Contains($"{{\"{name}\"", StringComparison.Ordinal));
            return Broken(random, wanted is not null && random.NextInt32(2) == 0 ? Array.Find(Seeds, seed => seed.StartsWith($"{{\"{wanted}\"", StringComparison.Ordinal)) : null);
        });
        var judge = new JudgeModel(client, new JudgeOptions { MaxRepairs = 1 });
        using var embedder = new AngleEmbedder([]);
        IScorer[] scorers =
        [
            new FaithfulnessScorer(judge), new ContextRecallScorer(judge), new ContextPrecisionScorer(judge), new ContextRelevancyScorer(judge), new AnswerRelevancyScorer(judge, embedder),
            new CriterionJudge(judge, Criteria.Find("harmfulness")!),
        ];
        while (calls < Replies)
        {
            foreach (var scorer in scorers)
            {
                var score = await scorer.ScoreAsync(RagScorerTests.Row(), "The tower is 30 m high.", TestContext.Current.CancellationToken);
                if (score.Value is { } value)
                {
                    defined++;
                    value.ShouldBeInRange(scorer.Form.Least, scorer.Form.Greatest);
                }
                else
                {
                    undefined++;
                    score.Result.Reason!.Cause.ShouldBeOneOf(UndefinedCause.UnreadableReply, UndefinedCause.ZeroDenominator, UndefinedCause.EmptyReference);
                }
            }
        }

        // Both happen often, or the replies were not broken in the way that was meant.
        defined.ShouldBeGreaterThan(100);
        undefined.ShouldBeGreaterThan(100);
        judge.Counts.Failed.ShouldBe(0);
    }

    private static string Broken(SeededRandom random, string? seed)
    {
        var text = new StringBuilder(seed ?? random.Pick(Seeds));
        for (var edits = random.NextInt32(4); edits > 0; edits--)
        {
            var at = random.NextInt32(text.Length + 1);
            switch (random.NextInt32(5))
            {
                case 0:
                    text.Insert(at, random.Pick(Pieces));
                    break;
                case 1:
                    text.Remove(at, Math.Min(text.Length - at, random.NextInt32(12)));
                    break;
                case 2:
                    text.Length = at;
                    break;
                case 3:
                    text.Insert(at, text.ToString(0, at));
                    break;
                default:
                    text.Insert(at, (char)random.NextInt32(0x10000));
                    break;
            }
        }

        return text.ToString();
    }
}
