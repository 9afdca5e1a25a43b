using Gyre.Models.Architectures;
using Gyre.Models.Architectures.Engine;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Architectures;

/// <summary>An encoder of the shared data with its threads, opened the way a program does.</summary>
internal sealed class LoadedEncoder : IDisposable
{
    private readonly ThreadTeam _team;

    private LoadedEncoder(IWeightSource weights, EncoderConfiguration configuration, EncoderOptions options)
    {
        _team = options.Team;
        Configuration = configuration;
        Encoder = (EngineEncoder)EncoderLoader.Load(weights, configuration, options);
    }

    public EncoderConfiguration Configuration { get; }

    public EngineEncoder Encoder { get; }

    /// <summary>Opens a folder (safetensors) or a .gguf file below the shared data.</summary>
    public static LoadedEncoder Open(string path, ElementFormat? format = null, int threads = 2, int batch = 512)
    {
        var place = TestData.Require(path);
        var options = new EncoderOptions { Team = new ThreadTeam(threads), Format = format, BatchTokens = batch };
        if (path.EndsWith(".gguf", StringComparison.Ordinal))
        {
            using var file = GgufFile.Open(place);
            return new LoadedEncoder(file, EncoderConfiguration.FromGguf(file), options);
        }

        using var folder = SafetensorsFolder.Open(place);
        var config = Path.Combine(place, "config.json");
        return new LoadedEncoder(folder, EncoderConfiguration.FromHuggingFace(File.ReadAllText(config), config), options);
    }

    /// <summary>A result for every token of one sequence.</summary>
    public float[] ResultsOf(EncoderOutput output, int[] ids, int[]? types = null, string? adapter = null)
    {
        using var use = adapter is null ? null : Encoder.UseAdapter(adapter);
        var batch = new EncoderBatch { Adapter = use };
        batch.AddAll(ids, types);
        Encoder.Run(batch, output);
        return batch.Rows(0).ToArray();
    }

    public void Dispose()
    {
        Encoder.Dispose();
        _team.Dispose();
    }
}
