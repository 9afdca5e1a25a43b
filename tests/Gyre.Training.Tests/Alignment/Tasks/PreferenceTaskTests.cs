using System.Text.Json.Nodes;
using Gyre.Contracts;
using Gyre.Models.Adapters.Training;
using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;
using Gyre.Training.Alignment.Losses;
using Gyre.Training.Alignment.Pairs;
using Gyre.Training.Alignment.Tasks;
using Gyre.Training.Tests.Alignment.Losses;

namespace Gyre.Training.Tests.Alignment.Tasks;

/// <summary>A whole step against the reference implementation's: an adapter is the policy, its base the reference.</summary>
public class PreferenceTaskTests
{
    /// <summary>The bound for a single-precision engine that the goldens state beside them.</summary>
    private const double Tolerance = 1e-4;

    [Theory]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    public void A_step_gives_the_reference_loss_rewards_and_gradients(int rows, int accumulation)
    {
        var golden = LossGolden.Open("dpo_end_to_end");
        using var team = new ThreadTeam(2);
        using var pool = new TensorPool();
        using var folder = SafetensorsFolder.Open(TestData.Require("models/kit/llama"));
        var path = Path.Combine(folder.Path, "config.json");
        using var model = TrainableDecoder.FromWeights(folder, DecoderConfiguration.FromHuggingFace(File.ReadAllText(path), path), pool);
        using var adapter = TrainableAdapter.Load(TestData.Require("models/kit/peft-lora-llama"), model);
        using var recording = new Tape(team, pool, isRecording: true);
        using var measuring = new Tape(team, pool, isRecording: false);
        var scorer = new SequenceScorer(model, recording, measuring);
        EncodedAnswer[] answers = [.. Enumerable.Range(0, 2).SelectMany(i => new[] { "chosen_ids", "rejected_ids" }.Select(name => new EncodedAnswer(Ids(golden, "prompt_ids", i), Ids(golden, name, i))))];

        model.UseAdapter(null);
        var reference = scorer.Score(answers, 4);
        model.UseAdapter(adapter.Name);
        Close([reference[0].Sum(), reference[2].Sum()], golden.Numbers("reference_chosen_logps"));
        Close([reference[1].Sum(), reference[3].Sum()], golden.Numbers("reference_rejected_logps"));
        var policy = scorer.Score(answers, 4);
        Close([policy[0].Sum(), policy[2].Sum()], golden.Numbers("policy_chosen_logps"));
        Close([policy[1].Sum(), policy[3].Sum()], golden.Numbers("policy_rejected_logps"));

        PairExample[] pairs = [.. Enumerable.Range(0, 2).Select(i => new PairExample(answers[2 * i], answers[(2 * i) + 1], 0)
        {
            ReferenceChosen = reference[2 * i].Sum(), ReferenceRejected = reference[(2 * i) + 1].Sum(),
        })];
        var task = new PreferenceTask(scorer, pairs, pairs, new PairObjective { Preference = new PreferenceLossOptions { Beta = (double)golden["beta"]! } }, rows, accumulation, new SeededRandom(1));
        task.ZeroGradients();
        var step = task.Accumulate(1);
        Close([step.Loss, task.Measure()!.Loss], [(double)golden["loss"]!, (double)golden["loss"]!]); // There are held-out pairs.
        Close([step.Figures!["rewards/chosen"]], [golden.Numbers("chosen_rewards").Average()]); // A step has figures.
        Close([step.Figures["rewards/rejected"]], [golden.Numbers("rejected_rewards").Average()]);
        var norms = golden["adapter_grad_l2"]!.AsObject();
        task.Parameters.Count.ShouldBe(norms.Count);
        foreach (var parameter in task.Parameters)
        {
            var norm = Math.Sqrt(parameter.Gradient().ToArray().Sum(value => (double)value * value));
            var expected = (double)norms.Single(pair => Plain(pair.Key).Contains(Plain(parameter.Name), StringComparison.Ordinal)).Value!;
            norm.ShouldBe(expected, Tolerance * Math.Max(1, expected), parameter.Name);
        }
    }

    private static string Plain(string name) => name.Replace(".default", "", StringComparison.Ordinal).Replace(".weight", "", StringComparison.Ordinal).Replace("base_model.model.", "", StringComparison.Ordinal);

    private static int[] Ids(JsonNode golden, string name, int row) => [.. golden[name]![row]!.AsArray().Select(id => (int)id!)];

    private static void Close(double[] actual, double[] expected)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            actual[i].ShouldBe(expected[i], Tolerance * Math.Max(1, Math.Abs(expected[i])));
        }
    }
}
