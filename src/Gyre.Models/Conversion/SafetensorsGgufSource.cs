using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Tokenizers;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Conversion;

/// <summary>A model in Hugging Face's form as a source: names and layouts of its weights changed to GGUF's while they are read.</summary>
internal sealed class SafetensorsGgufSource : GgufSource
{
    private readonly IWeightSource _weights;
    private readonly GgufWriter _keys = new();
    private readonly List<GgufSourceTensor> _tensors = [];

    /// <param name="folder">The model.</param>
    /// <param name="vocabulary">What is to be written of its tokenizer; null for none.</param>
    public SafetensorsGgufSource(ModelFolder folder, VocabularyKeys? vocabulary)
    {
        _weights = folder.OpenWeights();
        try
        {
            var configuration = ModelLoader.ReadConfiguration(folder);
            Architecture = GgufConfigurationWriter.ArchitectureOf(configuration);
            _keys.SetString("general.architecture", Architecture)
                .SetString("general.type", "model")
                .SetString("general.name", Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder.Path))));
            foreach (var (name, values) in GgufConfigurationWriter.Write(_keys, configuration))
            {
                _tensors.Add(new VectorTensor(name, values));
            }

            VocabularyKeys.Write(_keys, vocabulary, configuration);
            if (folder.ReadChatTemplate() is { } template)
            {
                _keys.SetString("tokenizer.chat_template", template);
            }

            var architecture = Architectures.Architecture.Create(configuration, folder.Path);
            _tensors.AddRange(WeightBinding.Resolve(architecture, _weights, folder.Path)
                .GroupBy(binding => binding.Spec.GgufPlace.Tensor, StringComparer.Ordinal)
                .Select(parts => new AssembledTensor(parts.Key, [.. parts])));
        }
        catch
        {
            _weights.Dispose();
            throw;
        }
    }

    public override string Architecture { get; }

    public override IReadOnlyList<GgufSourceTensor> Tensors => _tensors;

    public override void WriteKeys(GgufWriter writer, IReadOnlyCollection<string> except) => writer.CopyKeys(_keys, except);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _weights.Dispose();
        }
    }

    /// <summary>Numbers that belong to the configuration.</summary>
    private sealed record VectorTensor(string Name, float[] Values) : GgufSourceTensor(Name, ElementFormat.F32, [Values.Length])
    {
        public override WeightTensor? Stored => null;

        public override void Read(long firstRow, Span<float> destination) => Values.AsSpan((int)(firstRow * Columns), destination.Length).CopyTo(destination);
    }
}
