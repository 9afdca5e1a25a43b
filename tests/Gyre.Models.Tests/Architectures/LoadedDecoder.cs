using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.TestSupport;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Tests.Architectures;

/// <summary>A decoder of the shared data with its threads, opened the way a program does.</summary>
internal sealed class LoadedDecoder : IDisposable
{
    private readonly ThreadTeam _team;

    private LoadedDecoder(IWeightSource weights, DecoderConfiguration configuration, DecoderOptions options)
    {
        _team = options.Team;
        Configuration = configuration;
        Decoder = DecoderLoader.Load(weights, configuration, options);
    }

    public DecoderConfiguration Configuration { get; }

    public IDecoder Decoder { get; }

    /// <summary>Opens a folder (safetensors) or a .gguf file below the shared data.</summary>
    public static LoadedDecoder Open(
        string path, ElementFormat? format = null, int threads = 2, int chunk = 128, KeyValueFormat cache = KeyValueFormat.F32, long? cacheBytes = null)
    {
        var place = TestData.Require(path);
        var options = new DecoderOptions
        {
            Team = new ThreadTeam(threads), Format = format, ChunkTokens = chunk, CacheFormat = cache, CacheBytes = cacheBytes,
        };
        if (path.EndsWith(".gguf", StringComparison.Ordinal))
        {
            using var file = GgufFile.Open(place);
            return new LoadedDecoder(file, DecoderConfiguration.FromGguf(file), options);
        }

        using var folder = SafetensorsFolder.Open(place);
        var config = Path.Combine(place, "config.json");
        return new LoadedDecoder(
            folder, DecoderConfiguration.FromHuggingFace(File.ReadAllText(config), config), options);
    }

    /// <summary>The size of a page of keys and values of a model, in single precision.</summary>
    public static long PageBytes(string path)
    {
        using var loaded = Open(path);
        return loaded.Decoder.CacheBytesPerToken * KeyValueBlock.Tokens;
    }

    public float[] LogitsOf(int[] ids)
    {
        using var session = Decoder.CreateSession(ids.Length);
        var logits = new float[ids.Length * Decoder.VocabularySize];
        session.ForwardAll(ids, logits);
        return logits;
    }

    /// <summary>Continues greedily, one token at a time.</summary>
    public int[] Greedy(int[] prompt, int count)
    {
        using var session = Decoder.CreateSession(Math.Min(prompt.Length + count, Decoder.ContextLength));
        var ids = new int[count];
        var logits = session.Forward(prompt);
        for (var i = 0; i < count; i++)
        {
            ids[i] = IndexOfMax(logits);
            if (i < count - 1)
            {
                logits = session.Forward(ids.AsSpan(i, 1));
            }
        }

        return ids;
    }

    private static int IndexOfMax(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var i = 1; i < logits.Length; i++)
        {
            best = logits[i] > logits[best] ? i : best;
        }

        return best;
    }

    public void Dispose()
    {
        Decoder.Dispose();
        _team.Dispose();
    }
}
