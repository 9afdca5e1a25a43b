using Gyre.Training.Loop;
using Gyre.Training.Recipes;

namespace Gyre.Training.Tests.Alignment;

/// <summary>A tiny decoder with vocabulary and template, made once for a class of tests.</summary>
public sealed class TinyBase : IDisposable
{
    private const string Text =
        """
        name: tiny
        threads: 2
        model: {hidden_size: 32, layers: 2, heads: 4, kv_heads: 2, ffn_size: 48, context: 512}
        tokenizer: {vocabulary: 1024, sample_characters: 100000}
        corpus: {shop: {examples: 60, seed: 3}}
        batch: {rows: 2, sequence: 128}
        schedule: {steps: 3, peak: 0.01}
        export: safetensors-f32
        """;

    private readonly TemporaryFolder _folder = new();

    public TinyBase() =>
        Path = TrainingJob.Run(TrainingRecipe.Parse(Text, _folder.In("tiny.yaml")), _folder.In("run"), resume: false, new SilentObserver(), CancellationToken.None).ModelFolder;

    /// <summary>The model's folder.</summary>
    public string Path { get; }

    public void Dispose() => _folder.Dispose();
}
