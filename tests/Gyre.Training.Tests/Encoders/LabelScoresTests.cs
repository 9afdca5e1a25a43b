using Gyre.Training.Encoders;

namespace Gyre.Training.Tests.Encoders;

/// <summary>Accuracy and F1 of labels, against a constant and against another run's.</summary>
public sealed class LabelScoresTests : IDisposable
{
    private static readonly string[] Names = ["work", "trade", "play"];
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Accuracy_and_F1_are_those_of_their_definitions()
    {
        var scores = Scores([0, 0, 1, 1, 1, 2], [0, 1, 1, 1, 2, 2]);
        var compared = scores.CompareAccuracy(scores.Always(1));
        compared.Second.Number.ShouldBe(4 / 6.0, 1e-12);
        compared.First.Number.ShouldBe(3 / 6.0, 1e-12);

        // F1 = 2·right / (said + wanted), then the mean: 2/3, 4/6 and 2/3; always 'trade': 0, 6/9 and 0.
        var f1 = scores.CompareF1(scores.Always(1));
        f1.Second.Number.ShouldBe(((2 / 3.0) + (4 / 6.0) + (2 / 3.0)) / 3, 1e-12);
        f1.First.Number.ShouldBe(6 / 9.0 / 3, 1e-12);
        f1.Interval.ShouldNotBeNull();
    }

    [Fact]
    public void A_better_list_is_better_with_its_interval_and_a_list_is_no_better_than_itself()
    {
        int[] wanted = [.. Enumerable.Range(0, 200).Select(i => i % 2)];
        var (good, bad) = (Scores(wanted, [.. wanted.Select((label, i) => i % 10 == 0 ? 1 - label : label)]), Scores(wanted, [.. wanted.Select((label, i) => i % 3 == 0 ? 1 - label : label)]));
        good.CompareAccuracy(bad).Interval!.Low.ShouldBeGreaterThan(0); // Two hundred texts give one.
        good.CompareAccuracy(good).Difference.Number.ShouldBe(0);
    }

    [Fact]
    public void A_list_that_was_written_is_read_and_one_of_other_texts_refused()
    {
        var scores = Scores([0, 1, 2], [0, 1, 1]);
        scores.Write(_folder.In("labels.jsonl"), Names);
        var read = scores.ReadOther(_folder.In("labels.jsonl"), Names);
        read.Texts.SelectMany(text => text.Said).ShouldBe([0, 1, 1]);
        Code(() => Scores([0, 1, 1], [0, 1, 1]).ReadOther(_folder.In("labels.jsonl"), Names)).ShouldBe("TRN0557");
        Code(() => Scores([0, 1], [0, 1]).ReadOther(_folder.In("labels.jsonl"), Names)).ShouldBe("TRN0557");
        Code(() => scores.ReadOther(_folder.In("labels.jsonl"), ["work", "trade", "rest"])).ShouldBe("TRN0557");
        Code(() => scores.ReadOther(_folder.In("none.jsonl"), Names)).ShouldBe("TRN0557");
        File.WriteAllText(_folder.In("labels.jsonl"), "{\"wanted\":[\"work\"]");
        Code(() => scores.ReadOther(_folder.In("labels.jsonl"), Names)).ShouldBe("TRN0557");

        static string Code(Action read) => Should.Throw<TrainingException>(read).Code;
    }

    public void Dispose() => _folder.Dispose();

    private static LabelScores Scores(int[] wanted, int[] said)
    {
        var scores = new LabelScores(3);
        for (var i = 0; i < wanted.Length; i++)
        {
            scores.Add([wanted[i]], [said[i]]);
        }

        return scores;
    }
}
