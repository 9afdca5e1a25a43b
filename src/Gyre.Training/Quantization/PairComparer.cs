using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.SequenceToSequence;
using Gyre.Tensors.Threading;

namespace Gyre.Training.Quantization;

/// <summary>Sets a model that answers sources beside its original: speed, and divergence over given pairs of source and answer.</summary>
internal sealed class PairComparer(ThreadTeam team, TimeProvider clock)
{
    private const int SourceTokens = 128;
    private const int AnswerTokens = 32;
    private const int Rounds = 3;

    /// <summary>Compares.</summary>
    /// <param name="source">The original.</param>
    /// <param name="result">What was made of it.</param>
    /// <param name="pairs">A source, a tab and its answer in every line; null for none.</param>
    /// <param name="progress">Told the share that is done, 0 to 1.</param>
    /// <param name="cancellationToken">Ends the work early.</param>
    public ModelComparison Compare(ModelFolder source, ModelFolder result, string? pairs, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        SequenceToSequenceModel? before = null;
        SequenceToSequenceModel? after = null;
        try
        {
            before = SequenceToSequenceModel.Load(source.Path, new DecoderOptions { Team = team });
            after = SequenceToSequenceModel.Load(result.Path, new DecoderOptions { Team = team });
            return ModelComparison.Undefined("the model answers sources") with
            {
                Speed = Speed(before.Network, after.Network, cancellationToken),
                Divergence = Divergence(before, after, pairs, progress, cancellationToken),
                End = before.Settings.EndIds.Count > 0 ? before.Settings.EndIds[0] : null,
            };
        }
        catch (GyreException error) when (before is null || after is null)
        {
            return ModelComparison.Undefined($"the {(before is null ? "source" : "result")} cannot be run ({error.Code}: {error.Message})");
        }
        finally
        {
            before?.Dispose();
            after?.Dispose();
        }
    }

    private Measured<SpeedComparison> Speed(IEncoderDecoder before, IEncoderDecoder after, CancellationToken cancellationToken)
    {
        IEncoderDecoder[] networks = [before, after];
        var read = Math.Min(SourceTokens, before.SourceLength);
        var written = Math.Min(AnswerTokens, before.ContextLength);
        var reading = new List<double>[] { [], [] };
        var writing = new List<double>[] { [], [] };
        for (var round = 0; round <= Rounds; round++)
        {
            for (var i = 0; i < networks.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var start = clock.GetTimestamp();
                using var text = networks[i].Read([Ids(read, networks[i].SourceVocabularySize)])[0];
                var middle = clock.GetTimestamp();
                using var session = networks[i].CreateSession(text, written);
                foreach (var id in Ids(written, networks[i].VocabularySize))
                {
                    session.Forward([id]);
                }

                if (round > 0)
                {
                    reading[i].Add(read / clock.GetElapsedTime(start, middle).TotalSeconds);
                    writing[i].Add(written / clock.GetElapsedTime(middle).TotalSeconds);
                }
            }
        }

        return Measured<SpeedComparison>.Of(new SpeedComparison(
            read, Median(reading[0]), Median(reading[1]), written, Median(writing[0]), Median(writing[1]), team.Size, Rounds));

        static double Median(List<double> values) => SpeedRounds.Median(values);
    }

    private Measured<TextDivergence> Divergence(
        SequenceToSequenceModel before, SequenceToSequenceModel after, string? pairs, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        if (pairs is null)
        {
            return Measured<TextDivergence>.None("no text was given");
        }

        string[] lines = [.. pairs.ReplaceLineEndings("\n").Split('\n').Where(line => line.Length > 0)];
        var broken = Array.FindIndex(lines, line => line.Count(unit => unit == '\t') != 1);
        if (broken >= 0 || lines.Length == 0)
        {
            return Measured<TextDivergence>.None(broken < 0 ? "the text is empty" : $"line {broken + 1} of the text is no pair; expected a source, a tab and its answer in every line");
        }

        try
        {
            var scores = new List<DivergenceMeter.Score>();
            var longest = 0;
            for (var i = 0; i < lines.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var (source, answer) = (before.TokenizeSource(lines[i][..lines[i].IndexOf('\t')]), before.TokenizeSource(lines[i][(lines[i].IndexOf('\t') + 1)..]));
                longest = Math.Max(longest, answer.Count);
                var (left, right) = (Logits(before, source, answer), Logits(after, source, answer));
                var width = before.Network.VocabularySize;
                for (var row = 0; row < answer.Count; row++)
                {
                    scores.Add(DivergenceMeter.Compare(left.AsSpan(row * width, width), right.AsSpan(row * width, width), answer[row]));
                }

                progress?.Report((i + 1.0) / lines.Length);
            }

            return Measured<TextDivergence>.Of(DivergenceMeter.Summarise([.. scores], longest));
        }
        catch (GyreException error)
        {
            return Measured<TextDivergence>.None($"a pair cannot be read ({error.Code}: {error.Message})");
        }
    }

    private static float[] Logits(SequenceToSequenceModel model, IReadOnlyList<int> source, IReadOnlyList<int> answer)
    {
        using var read = model.Network.Read([source])[0];
        using var session = model.Network.CreateSession(read, answer.Count);
        var logits = new float[answer.Count * model.Network.VocabularySize];
        session.ForwardAll([model.Settings.StartTokenId, .. answer.SkipLast(1)], logits);
        return logits;
    }

    private static int[] Ids(int count, int vocabulary) => [.. Enumerable.Range(0, count).Select(i => ((i * 37) + 5) % vocabulary)];
}
