using System.Text.Json.Nodes;
using Gyre.Models.Adapters.Training;
using Gyre.Models.Architectures;
using Gyre.Models.Tests.Architectures;
using Gyre.Models.Weights;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Adapters.Training;

/// <summary>A decoder of the kit in training, with the rows of a golden.</summary>
internal sealed class AdaptedDecoder : IDisposable
{
    public const int Ignored = -100;
    private readonly ThreadTeam _team;
    private readonly TensorPool _pool = new();

    public AdaptedDecoder(string model, int threads = 2, FrozenFormat? frozen = null)
    {
        _team = new ThreadTeam(threads);
        Folder = TestData.Require(model);
        using var weights = SafetensorsFolder.Open(Folder);
        var path = Path.Combine(Folder, "config.json");
        Configuration = DecoderConfiguration.FromHuggingFace(File.ReadAllText(path), path);
        Model = TrainableDecoder.FromWeights(weights, Configuration, _pool, frozen);
    }

    public string Folder { get; }

    public DecoderConfiguration Configuration { get; }

    public TrainableDecoder Model { get; }

    public TensorPool Pool => _pool;

    public Tape Tape(bool records) => new(_team, _pool, records);

    public static (int[] Inputs, int[] Targets, int Rows, int Length) Batch(GoldenArrays arrays)
    {
        var (ids, labels) = (arrays.Ids("input_ids"), arrays.Ids("labels"));
        var targets = labels.SelectMany(row => row.Skip(1).Append(Ignored)).ToArray();
        return ([.. ids.SelectMany(row => row)], targets, ids.Length, ids[0].Length);
    }

    /// <summary>The mean loss, its gradients added to the parameters'.</summary>
    public double Accumulate((int[] Inputs, int[] Targets, int Rows, int Length) batch, TrainableAdapter? adapter = null)
    {
        using var tape = Tape(records: true);
        var count = batch.Targets.Count(target => target != Ignored) + (adapter?.PredictsFirst == true ? Enumerable.Range(0, batch.Rows).Count(row => batch.Targets[row * batch.Length] != Ignored) : 0);
        var loss = Model.Loss(tape, batch.Inputs, batch.Targets, [], batch.Rows, batch.Length, 1f / count);
        double value = loss.Span[0];
        tape.Backward(loss);
        if (adapter?.Penalty(tape) is { } penalty)
        {
            value += penalty.Span[0];
            tape.Backward(penalty);
        }

        return value;
    }

    public double Loss((int[] Inputs, int[] Targets, int Rows, int Length) batch)
    {
        using var tape = Tape(records: false);
        return Model.Loss(tape, batch.Inputs, batch.Targets, [], batch.Rows, batch.Length, 1f / batch.Targets.Count(target => target != Ignored)).Span[0];
    }

    public float[] Logits(int[] ids)
    {
        using var tape = Tape(records: false);
        return Model.Logits(tape, ids, [], 1, ids.Length).ToArray();
    }

    /// <summary>What the engine computes of the same base with a saved adapter.</summary>
    public static float[] EngineLogits(string model, string folder, int[] ids)
    {
        using var loaded = LoadedDecoder.Open(model);
        loaded.Decoder.LoadAdapter("a", folder);
        return AdapterGoldenTests.LogitsOf(loaded.Decoder, ids, "a");
    }

    public static double[] Numbers(JsonNode node) => [.. node.AsArray().Select(item => (double)item!)];

    public void Dispose()
    {
        Model.Dispose();
        _pool.Dispose();
        _team.Dispose();
    }
}
