using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Encoders;
using Gyre.Models.SequenceToSequence;
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
            VocabularyFrame frame;
            (Architecture, frame) = EncoderModel.KindOf(folder) switch
            {
                ModelKind.Generation => TakeDecoder(folder),
                ModelKind.SequenceToSequence => TakeEncoderDecoder(folder),
                _ => TakeEncoder(folder),
            };
            VocabularyKeys.Write(_keys, vocabulary, frame);
            if (folder.ReadChatTemplate() is { } template)
            {
                _keys.SetString("tokenizer.chat_template", template);
            }
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

    private (string Architecture, VocabularyFrame Frame) TakeDecoder(ModelFolder folder)
    {
        var configuration = ModelLoader.ReadConfiguration(folder);
        var name = GgufConfigurationWriter.ArchitectureOf(configuration);
        Name(folder, name);
        foreach (var (vector, values) in GgufConfigurationWriter.Write(_keys, configuration))
        {
            _tensors.Add(new VectorTensor(vector, values));
        }

        Take(Architectures.Architecture.Create(configuration, folder.Path), folder);
        return (name, new VocabularyFrame(configuration.VocabularySize, configuration.BeginTokenId, configuration.EndTokenIds));
    }

    private (string Architecture, VocabularyFrame Frame) TakeEncoder(ModelFolder folder)
    {
        var configuration = EncoderModel.ReadConfiguration(folder);
        configuration = configuration.Head == EncoderHead.None ? configuration with { HasPooler = false } : EncoderLoader.Fit(configuration, _weights);
        Name(folder, EncoderFamily.GgufName);
        var faults = GgufEncoder.Write(_keys, configuration);
        faults.AddRange(SentenceKeys.Write(_keys, folder, configuration.Head));
        RequireNone(faults, EncoderFamily.GgufName);
        Take(EncoderLoader.Create(configuration, folder.Path), folder);
        var positions = _tensors.FindIndex(tensor => tensor.Name == "position_embd.weight");
        _tensors[positions] = new RowsFrom(_tensors[positions], configuration.FirstPosition);
        return (EncoderFamily.GgufName, new VocabularyFrame(configuration.VocabularySize, null, [])
        {
            Padding = configuration.PaddingId,
            TokenTypes = Math.Max(1, configuration.TokenTypes),
        });
    }

    private (string Architecture, VocabularyFrame Frame) TakeEncoderDecoder(ModelFolder folder)
    {
        var configuration = SequenceToSequenceModel.ReadConfiguration(folder);
        var name = GgufEncoderDecoder.ArchitectureOf(configuration);
        Name(folder, name);
        RequireNone(GgufEncoderDecoder.Write(_keys, configuration), name);
        SequenceToSequenceSettings.WriteKeys(_keys, folder);
        Take(EncoderDecoderFamily.Build(configuration, folder.Path), folder);
        if (configuration is { TieEmbeddings: true, ScalesTiedLogits: true })
        {
            // Programs that know nothing of the scale of shared embeddings apply it so, at no cost.
            var norm = _tensors.FindIndex(tensor => tensor.Name == GgufEncoderDecoder.LastNorm);
            _tensors[norm] = new ScaledTensor(_tensors[norm], (float)(1 / Math.Sqrt(configuration.HiddenSize)));
        }

        return (name, new VocabularyFrame(configuration.VocabularySize, null, configuration.EndTokenIds) { Padding = configuration.PadTokenId, EndsTexts = true });
    }

    private void Name(ModelFolder folder, string architecture) => _keys.SetString("general.architecture", architecture)
        .SetString("general.type", "model")
        .SetString("general.name", Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder.Path))));

    private void Take(IArchitecture network, ModelFolder folder) => _tensors.AddRange(WeightBinding.Resolve(network, _weights, folder.Path)
        .GroupBy(binding => binding.Spec.GgufPlace.Tensor, StringComparer.Ordinal)
        .Select(parts => new AssembledTensor(parts.Key, [.. parts])));

    private static void RequireNone(List<string> faults, string architecture)
    {
        if (faults.Count > 0)
        {
            throw new ModelException(
                "RUN0442", $"Convert to GGUF: the format cannot say this of a {architecture} model: {string.Join("; ", faults)}. Keep the safetensors files.");
        }
    }

    /// <summary>Numbers that belong to the configuration.</summary>
    private sealed record VectorTensor(string Name, float[] Values) : GgufSourceTensor(Name, ElementFormat.F32, [Values.Length])
    {
        public override WeightTensor? Stored => null;

        public override void Read(long firstRow, Span<float> destination) => Values.AsSpan((int)(firstRow * Columns), destination.Length).CopyTo(destination);
    }

    /// <summary>A tensor without its first rows.</summary>
    private sealed record RowsFrom(GgufSourceTensor Whole, int First) : GgufSourceTensor(Whole.Name, Whole.Format, [Whole.Rows - First, Whole.Columns])
    {
        public override WeightTensor? Stored => null;

        public override void Read(long firstRow, Span<float> destination) => Whole.Read(First + firstRow, destination);
    }

    /// <summary>A tensor times a number.</summary>
    private sealed record ScaledTensor(GgufSourceTensor Plain, float Scale) : GgufSourceTensor(Plain.Name, ElementFormat.F32, Plain.Shape)
    {
        public override WeightTensor? Stored => null;

        public override void Read(long firstRow, Span<float> destination)
        {
            Plain.Read(firstRow, destination);
            foreach (ref var value in destination)
            {
                value *= Scale;
            }
        }
    }
}
