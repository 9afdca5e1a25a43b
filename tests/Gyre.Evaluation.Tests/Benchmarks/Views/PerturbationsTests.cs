using Gyre.Contracts;
using Gyre.Evaluation.Benchmarks;
using Gyre.Evaluation.Benchmarks.Views;
using Gyre.TestSupport;

namespace Gyre.Evaluation.Tests.Benchmarks.Views;

public sealed class PerturbationsTests
{
    private const string Text = "The engineer did not begin because he needed 42 large wheels from James and John.";

    [Fact]
    public void Slips_are_the_same_for_a_seed_and_an_item_and_leave_numbers()
    {
        var all = Perturbations.Typos(1, 1);

        all.Apply(Text, "a").ShouldBe(Perturbations.Typos(1, 1).Apply(Text, "a"));
        all.Apply(Text, "a").ShouldNotBe(all.Apply(Text, "b"));
        all.Apply(Text, "a").ShouldContain("42");
        all.Apply(Text, "a").Split(' ').Zip(Text.Split(' ')).Count(pair => pair.First != pair.Second).ShouldBeInRange(5, 12);
        Perturbations.Typos(1, 0).Apply(Text, "a").ShouldBe(Text);
    }

    [Fact]
    public void Wording_changes_by_whole_words()
    {
        Perturbations.Contracted.Apply("Did not he? He cannot know it is so.", "").ShouldBe("Didn't he? He can't know it's so.");
        Perturbations.Reworded(1, 1).Apply("Begin the beginning, because many buy.", "").ShouldBe("Start the beginning, since numerous purchase.");
        Perturbations.Lowercase.Apply("A. Paris is IN France", "").ShouldBe("A. paris is IN france");
    }

    [Fact]
    public void Spaces_grow_and_contractions_are_written_out()
    {
        Perturbations.Expanded.Apply("It isn't so, and they don't know what's up.", "").ShouldBe("It is not so, and they do not know what is up.");
        var spaced = Perturbations.Spaced(1).Apply(Text, "a");
        spaced.ShouldNotBe(Text);
        spaced.Split(' ', StringSplitOptions.RemoveEmptyEntries).ShouldBe(Text.Split(' '));
        spaced.ShouldNotContain("    ");
        Perturbations.Spaced(1).Apply(Text, "a").ShouldBe(spaced);
    }

    [Fact]
    public void People_become_others()
    {
        Perturbations.Gender.Apply("He gave his brother the shed; the King's man.", "").ShouldBe("She gave her sister the shed; the King's woman.");
        var named = Perturbations.Names(3).Apply("James met John. James left.", "1");
        named.ShouldNotContain("James");
        named.ShouldNotContain("John");
        named.Split(' ')[0].ShouldBe(named.Split(' ')[3]);
    }

    /// <summary>Three of four words name women: (|.75 − .5| + |.25 − .5|) / 2.</summary>
    [Fact]
    public void Representation_is_the_distance_from_equal_shares()
    {
        RepresentationBias.OfGender(["She and her mother", "he"]).Number.ShouldBe(.25);
        RepresentationBias.OfGender(["nobody"]).IsDefined.ShouldBeFalse();
    }

    /// <summary>The scripted model errs where the question has a slip: plain accuracy 1, worst case less.</summary>
    [Fact]
    public async Task Seven_dimensions_stand_in_one_view()
    {
        var folder = TestData.Require("data/arc-challenge");
        var definition = BenchmarkCatalogue.Open("arc-challenge");
        var items = new Gyre.Evaluation.Benchmarks.Items.ItemReader(definition, 0).Read(folder, "test");
        var known = items.ToDictionary(item => item.Fields.Find("@question")! + item.Fields.Find("continuation"), item => item.Id);
        var model = new BenchmarkModel { Name = "m", Digest = "m", Likelihoods = new ScriptedScorer(request => Likelihood.Of(known.ContainsKey(request.Context + request.Continuation) ? -1 : -20, 1, false)) };

        var view = await HelmView.RunAsync(definition, model, new BenchmarkRunOptions { Folder = folder, Limit = 60, Comparison = new() { Resamples = 100 } }, TimeProvider.System);

        view.Scores.Select(score => score.Dimension).ShouldBe(Enum.GetValues<HelmDimension>());
        view.Scores[0].Value.Number.ShouldBe(1);
        view.Scores[1].Value.Number.ShouldBeLessThan(0.01);
        view.Scores[2].Value.Number.ShouldBeLessThan(0.9);
        view.Scores[3].Value.Number.ShouldBeInRange(view.Scores[2].Value.Number, 1);
        view.Scores[4].Value.Reason!.Detail.ShouldContain("no written answers");
        view.Scores[6].Value.Number.ShouldBeGreaterThan(0);
        view.ToMarkdown().ShouldContain("| robustness ↑ |");
    }

    [Fact]
    public async Task Written_answers_show_bias_and_toxicity()
    {
        var folder = TestData.Require("data/xstest");
        var model = new BenchmarkModel { Name = "m", Digest = "m", Chat = new ScriptedClient(_ => "He says that she may."), Toxicity = new Judge() };

        var view = await HelmView.RunAsync(BenchmarkCatalogue.Open("xstest"), model, new BenchmarkRunOptions { Folder = folder, Limit = 2, Comparison = new() { Resamples = 100 } }, TimeProvider.System);

        view.Scores[4].Value.Number.ShouldBe(0);
        view.Scores[5].Value.Number.ShouldBe(0);
    }

    private sealed class Judge : IScorer
    {
        public string Name => "judge";

        public Gyre.Evaluation.Metrics.MetricForm Form { get; } = Gyre.Evaluation.Metrics.MetricForm.Share("test");

        public ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken) => ValueTask.FromResult(Score.Of(0.1));
    }
}
