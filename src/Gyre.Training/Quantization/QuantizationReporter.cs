using System.Text.Encodings.Web;
using System.Text.Json;
using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Encoders;
using Gyre.Models.Measurement;
using Gyre.Models.Tokenizers;
using Gyre.Tensors.Threading;
using Gyre.Training.Runs;

namespace Gyre.Training.Quantization;

/// <summary>Sets a quantised model beside its original.</summary>
/// <remarks>Owns: nothing; the team and the clock outlive it.</remarks>
public sealed class QuantizationReporter(ThreadTeam team, TimeProvider clock)
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Measures.</summary>
    /// <param name="source">What was quantised.</param>
    /// <param name="result">What was written.</param>
    /// <param name="text">The text that predictions are compared over, with its name; null for none.</param>
    /// <param name="window">Tokens of a window of that text.</param>
    /// <param name="progress">Told the share of the comparison that is done, 0 to 1.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    /// <remarks>
    /// What cannot be measured is given with its reason, never as a number.
    /// <para>Errors: those of reading either model's weights. Cost: loads both models at once, and reads the text with both.</para>
    /// </remarks>
    public async Task<QuantizationReport> MeasureAsync(
        ModelFolder source,
        QuantizationResult result,
        (string Name, string Content)? text = null,
        int window = 512,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(result);
        var folder = ModelFolder.Open(result.Path);
        var (first, second) = (TokenizerOf(source), TokenizerOf(folder));
        var kind = EncoderModel.KindOf(source);
        var compared = kind switch
        {
            ModelKind.Generation => Run(source, folder, first, text?.Content, window, progress, cancellationToken),
            ModelKind.SequenceToSequence => new PairComparer(team, clock).Compare(source, folder, text?.Content, progress, cancellationToken),
            _ => new EncoderComparer(team, clock).Compare(source, folder, first.Value is not null && second.Value is not null, text?.Content, cancellationToken),
        };
        return new QuantizationReport
        {
            Source = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(source.Path))),
            SourceSha256 = await ModelDigest.ComputeAsync(source, cancellationToken),
            Result = Path.GetFileName(result.Path),
            ResultSha256 = await ModelDigest.ComputeAsync(folder, cancellationToken),
            Format = result.Format.ToString(),
            Kind = kind.ToText(),
            BytesBefore = source.WeightBytes,
            BytesAfter = folder.WeightBytes,
            BitsPerWeight = result.BitsPerWeight,
            TensorsByFormat = result.Tensors.GroupBy(tensor => tensor.To).OrderBy(group => group.Key).ToDictionary(group => group.Key.ToString(), group => group.Count()),
            Fallbacks = result.Fallbacks,
            WeighedTensors = result.Weighed,
            Text = text?.Name,
            Speed = compared.Speed,
            Reading = compared.Reading,
            Vectors = compared.Vectors,
            Labels = compared.Labels,
            Divergence = compared.Divergence,
            ChatTemplate = TextChecks.Templates(source.ReadChatTemplate(), folder.ReadChatTemplate(), first.Value, second.Value),
            Tokenizer = first.Value is null ? Measured<TextEquality>.None($"the source has no tokenizer: {first.Undefined}")
                : second.Value is null ? Measured<TextEquality>.None($"the result has no tokenizer: {second.Undefined}")
                : Measured<TextEquality>.Of(TextChecks.Tokenizers(first.Value, second.Value, text?.Content, kind == ModelKind.SequenceToSequence ? compared.End : null)),
        };
    }

    /// <summary>Writes a report as JSON, as a whole.</summary>
    /// <remarks>Errors: <see cref="TrainingException"/> <c>TRN0064</c> when the file cannot be written.</remarks>
    public static void Write(QuantizationReport report, string path)
    {
        try
        {
            AtomicFile.WriteText(path, JsonSerializer.Serialize(report, Indented) + "\n");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException("TRN0064", $"Writing the report of a quantisation failed: '{path}': {error.Message} The model itself is written. Free space, or choose a folder that can be written.", error);
        }
    }

    /// <summary>Cuts a text into whole windows of tokens, each with the vocabulary's begin token first where it has one.</summary>
    /// <remarks>Errors: <see cref="TrainingException"/> <c>TRN0065</c> when the text has too few tokens.</remarks>
    public static IReadOnlyList<int[]> Windows(ITokenizer tokenizer, string text, int window)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var ids = Tokens(tokenizer, text, out var begin);
        if (ids.Count < DivergenceMeter.FewestTokens)
        {
            throw new TrainingException("TRN0065", $"Collecting importance failed: the text has {ids.Count} tokens; expected {DivergenceMeter.FewestTokens} or more, and thousands for figures that mean something. Give a longer text.");
        }

        var length = Math.Min(window, ids.Count);
        var windows = new List<int[]>();
        for (var first = 0; first + length <= ids.Count; first += length)
        {
            int[] tokens = [.. ids.GetRange(first, length)];
            tokens[0] = begin ?? tokens[0];
            windows.Add(tokens);
        }

        return windows;
    }

    private ModelComparison Run(
        ModelFolder source, ModelFolder folder, Measured<ITokenizer> tokenizer, string? text, int window, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        IDecoder? original = null;
        IDecoder? result = null;
        try
        {
            original = ModelLoader.LoadDecoder(source, new DecoderOptions { Team = team });
            result = ModelLoader.LoadDecoder(folder, new DecoderOptions { Team = team });
            return ModelComparison.Undefined("the model only continues text") with
            {
                Speed = Speed(original, result, cancellationToken),
                Divergence = Divergence(original, result, tokenizer, text, window, progress, cancellationToken),
            };
        }
        catch (GyreException error) when (original is null || result is null)
        {
            return ModelComparison.Undefined($"the {(original is null ? "source" : "result")} is no decoder that can be run ({error.Code}: {error.Message})");
        }
        finally
        {
            original?.Dispose();
            result?.Dispose();
        }
    }

    private Measured<SpeedComparison> Speed(IDecoder original, IDecoder result, CancellationToken cancellationToken) =>
        Measured<SpeedComparison>.Of(SpeedRounds.Compare(original, result, clock, team.Size, cancellationToken));

    private Measured<TextDivergence> Divergence(
        IDecoder original, IDecoder result, Measured<ITokenizer> tokenizer, string? text, int window, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        if (text is null)
        {
            return Measured<TextDivergence>.None("no text was given");
        }

        if (tokenizer.Value is null)
        {
            return Measured<TextDivergence>.None($"the source has no tokenizer: {tokenizer.Undefined}");
        }

        var ids = Tokens(tokenizer.Value, text, out var begin);
        return ids.Count < DivergenceMeter.FewestTokens
            ? Measured<TextDivergence>.None($"the text has {ids.Count} tokens; expected {DivergenceMeter.FewestTokens} or more")
            : Measured<TextDivergence>.Of(DivergenceMeter.Measure(original, result, ids, begin, window, team, progress, cancellationToken));
    }

    /// <summary>A text's tokens with what the vocabulary puts before and behind it, and its begin token when it puts that first.</summary>
    private static List<int> Tokens(ITokenizer tokenizer, string text, out int? begin)
    {
        var ids = new List<int>();
        tokenizer.Encode(text, addSpecialTokens: true, parseSpecialTokens: false, ids);
        begin = ids.Count > 0 && ids[0] == tokenizer.BeginId ? tokenizer.BeginId : null;
        return ids;
    }

    private static Measured<ITokenizer> TokenizerOf(ModelFolder folder)
    {
        try
        {
            return Measured<ITokenizer>.Of(ModelLoader.LoadTokenizer(folder.Path));
        }
        catch (GyreException error)
        {
            return Measured<ITokenizer>.None($"{error.Code}: {error.Message}");
        }
    }
}
