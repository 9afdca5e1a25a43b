using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Gyre.Models.Architectures;
using Gyre.Models.Architectures.Engine;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Architectures;

/// <summary>Real trained weights of GPT-2's form (minGPT's "gpt-nano", which sorts six symbols) with every layer's results.</summary>
public sealed class GptNanoSortTests
{
    private const double Tolerance = 2e-5;
    private const int Length = 11;
    private const int Width = 48;
    private const int Symbols = 3;

    private static readonly DecoderConfiguration Configuration = new()
    {
        Architecture = "gpt2",
        VocabularySize = Symbols,
        HiddenSize = Width,
        IntermediateSize = 4 * Width,
        Layers = 3,
        Heads = 3,
        KeyValueHeads = 3,
        HeadWidth = 16,
        ContextLength = Length,
        Activation = Gyre.Tensors.Kernels.ActivationFunction.GeluTanh,
    };

    [Fact]
    public void Layers_and_logits_equal_those_beside_the_weights()
    {
        var golden = Read("gpt-nano-sort-t0-partials.json");
        using var team = new ThreadTeam(2);
        using var weights = new JsonWeights(Read("gpt-nano-sort-model.json"));
        using var decoder = DecoderLoader.Load(weights, Configuration, new DecoderOptions { Team = team });
        var ids = Array.ConvertAll(Numbers(golden["idx"]!), value => (int)value);
        for (var row = 0; row < ids.Length / Length; row++)
        {
            var tokens = ids.AsSpan(row * Length, Length);
            using var session = (EngineSession)decoder.CreateSession(Length);
            session.ForwardObserved(tokens, (layer, hidden) => Close(hidden, Part(layer == 0 ? "x" : $"block{layer - 1}", row, Width)));
            session.Truncate(0);
            var logits = new float[Length * Symbols];
            session.ForwardAll(tokens, logits);
            Close(logits, Part("lm_head", row, Symbols));
        }

        double[] Part(string name, int row, int width) =>
            [.. Numbers(golden[name]!).AsSpan(row * Length * width, Length * width).ToArray().Select(value => (double)value)];
    }

    [Theory]
    [InlineData(0, 0, 2, 1, 0, 1)]
    [InlineData(2, 1, 0, 0, 1, 2)]
    [InlineData(1, 1, 2, 0, 2, 0)]
    public void It_sorts(params int[] symbols)
    {
        using var team = new ThreadTeam(2);
        using var weights = new JsonWeights(Read("gpt-nano-sort-model.json"));
        using var decoder = DecoderLoader.Load(weights, Configuration, new DecoderOptions { Team = team });
        using var session = decoder.CreateSession(Length);
        var sorted = new List<int>();
        ReadOnlySpan<int> next = symbols;
        while (sorted.Count < symbols.Length)
        {
            var logits = session.Forward(next);
            var likeliest = logits.ToArray();
            sorted.Add(Array.IndexOf(likeliest, likeliest.Max()));
            next = new[] { sorted[^1] };
        }

        sorted.ShouldBe(symbols.Order());
    }

    private static void Close(ReadOnlySpan<float> actual, double[] expected) => FamilyTests.Close(actual, expected, Tolerance);

    private static JsonNode Read(string name) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(TestData.Require("models/gpt-nano-sort"), name)))!;

    private static float[] Numbers(JsonNode tensor) =>
        MemoryMarshal.Cast<byte, float>(Convert.FromBase64String((string)tensor["data"]!)).ToArray();

    /// <summary>The tensors of the file, with linear layers turned to inputs first as GPT-2's files have them.</summary>
    private sealed unsafe class JsonWeights : IWeightSource
    {
        private readonly Dictionary<string, WeightTensor> _tensors = new(StringComparer.Ordinal);

        public JsonWeights(JsonNode json)
        {
            foreach (var (name, node) in json.AsObject())
            {
                if (node is not JsonObject tensor || !tensor.ContainsKey("data"))
                {
                    continue;
                }

                long[] shape = [.. tensor["shape"]!.AsArray().Select(size => (long)size!)];
                var values = Numbers(tensor);
                var isTurned = shape.Length == 2 && name.Contains(".h.", StringComparison.Ordinal);
                var data = (float*)NativeMemory.Alloc((nuint)values.Length, sizeof(float));
                for (var i = 0; i < values.Length; i++)
                {
                    data[isTurned ? (i % shape[1] * shape[0]) + (i / shape[1]) : i] = values[i];
                }

                _tensors[name] = new WeightTensor(name, ElementFormat.F32, isTurned ? [shape[1], shape[0]] : shape, (byte*)data, values.Length * sizeof(float));
            }
        }

        public IReadOnlyList<string> Names => [.. _tensors.Keys];

        public bool TryGet(string name, [NotNullWhen(true)] out WeightTensor? tensor) => _tensors.TryGetValue(name, out tensor);

        public void Dispose()
        {
            foreach (var tensor in _tensors.Values)
            {
                NativeMemory.Free(tensor.Bytes);
            }
        }
    }
}
