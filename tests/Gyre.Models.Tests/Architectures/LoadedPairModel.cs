using System.Text.Json.Nodes;
using Gyre.Models.Architectures;
using Gyre.Models.Architectures.Engine;
using Gyre.Models.Weights;
using Gyre.TestSupport;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Tests.Architectures;

/// <summary>An encoder–decoder model of the kit with its goldens and its threads.</summary>
internal sealed class LoadedPairModel : IDisposable
{
    private readonly ThreadTeam _team;

    private LoadedPairModel(string folder, int threads, int chunk, long? cacheBytes)
    {
        Folder = folder;
        Golden = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "golden.json")))!.AsObject();
        Arrays = GoldenArrays.Open(folder);
        var config = Path.Combine(folder, "config.json");
        Configuration = EncoderDecoderConfiguration.FromHuggingFace(File.ReadAllText(config), config);
        _team = new ThreadTeam(threads);
        using var weights = SafetensorsFolder.Open(folder);
        Model = (EngineEncoderDecoder)EncoderDecoderLoader.Load(
            weights, Configuration, new DecoderOptions { Team = _team, ChunkTokens = chunk, CacheBytes = cacheBytes });
    }

    public string Folder { get; }

    public JsonObject Golden { get; }

    public GoldenArrays Arrays { get; }

    public EncoderDecoderConfiguration Configuration { get; }

    public EngineEncoderDecoder Model { get; }

    public double Tolerance => (double)Golden["tolerance"]!["float32_engine_vs_float64_golden"]!["abs"]!;

    /// <summary>The sources of the golden batch without what fills them up.</summary>
    public int[][] Sources => Real("input_ids", "attention_mask");

    public int[][] Answers => Arrays.Ids("decoder_input_ids");

    public static LoadedPairModel Open(string name, int threads = 2, int chunk = 128, long? cacheBytes = null) =>
        new(TestData.Require("models/kit/" + name), threads, chunk, cacheBytes);

    /// <summary>Rows of a batch without what fills them up.</summary>
    public int[][] Real(string ids, string mask)
    {
        var counts = Arrays.Ids(mask);
        return [.. Arrays.Ids(ids).Select((row, i) => row[..counts[i].Sum()])];
    }

    public float[] LogitsOf(int[] source, int[] answer)
    {
        using var read = Model.Read([source])[0];
        return LogitsOf(read, answer);
    }

    public float[] LogitsOf(IDecoderSource source, int[] answer)
    {
        using var session = Model.CreateSession(source, answer.Length);
        var logits = new float[answer.Length * Model.VocabularySize];
        session.ForwardAll(answer, logits);
        return logits;
    }

    /// <summary>Answers greedily, one token at a time, never with a forbidden one.</summary>
    public int[] Greedy(int[] source, int count, int? forbidden)
    {
        using var read = Model.Read([source])[0];
        using var session = Model.CreateSession(read, count);
        var ids = new int[count];
        var last = Configuration.StartTokenId;
        for (var i = 0; i < count; i++)
        {
            var logits = session.Forward([last]);
            last = forbidden == 0 ? 1 : 0;
            for (var id = 0; id < logits.Length; id++)
            {
                last = id != forbidden && logits[id] > logits[last] ? id : last;
            }

            ids[i] = last;
        }

        return ids;
    }

    public void Dispose()
    {
        Model.Dispose();
        Arrays.Dispose();
        _team.Dispose();
    }
}
