using Gyre.Training.Bases;
using Gyre.Training.Examples;

namespace Gyre.Training.Finetuning;

/// <summary>What files of examples hold for a base, before a recipe is written for them: how many, how long, and in how many rows.</summary>
public sealed record ExampleSurvey
{
    private const int WaitingRoom = 64;

    /// <summary>Positions of each training example, in the order of the file.</summary>
    public required IReadOnlyList<int> Lengths { get; init; }

    /// <summary>Positions of the longest example, those of validation included.</summary>
    public required int Longest { get; init; }

    /// <summary>Examples for validation; 0 without a file of them.</summary>
    public required int ValidationExamples { get; init; }

    /// <summary>Positions that the base reads.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Width of the base's residual stream (C).</summary>
    public required int Width { get; init; }

    /// <summary>Positions of all training examples together.</summary>
    public long Positions => Lengths.Sum(length => (long)length);

    /// <summary>Reads and encodes files of examples as a fine-tuning of a base would.</summary>
    /// <param name="basePath">The base.</param>
    /// <param name="training">The examples to learn from.</param>
    /// <param name="validation">Held-out ones; null for none.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <remarks>
    /// Errors: <see cref="TrainingException"/> TRN0301 the base; TRN0302 faults of examples, the first twenty with file and line,
    /// an example longer than the base reads being one; TRN0303 a file cannot be read.
    /// <para>Cost: one pass over the files; four bytes of memory an example.</para>
    /// </remarks>
    public static ExampleSurvey Read(string basePath, string training, string? validation, CancellationToken cancellationToken = default)
    {
        using var source = BaseModel.Open(basePath);
        var encoder = new ExampleEncoder(source, countsPrompts: false);
        var faults = new ExampleFaults();
        var lengths = Measure(training, source, encoder, faults, cancellationToken);
        var held = validation is null ? [] : Measure(validation, source, encoder, faults, cancellationToken);
        faults.ThrowIfAny();
        return new ExampleSurvey
        {
            Lengths = lengths,
            Longest = lengths.Concat(held).Max(),
            ValidationExamples = held.Count,
            ContextLength = source.Configuration.ContextLength,
            Width = source.Configuration.HiddenSize,
        };
    }

    /// <summary>About how many rows of a length one pass takes: packed as training packs, but in the order of the file.</summary>
    /// <param name="length">Positions a row, at least <see cref="Longest"/>.</param>
    public int RowsOf(int length)
    {
        var (rows, next) = (0, 0);
        var waiting = new List<int>(WaitingRoom);
        while (true)
        {
            var free = length;
            while (true)
            {
                while (waiting.Count < WaitingRoom && next < Lengths.Count)
                {
                    waiting.Add(Math.Min(length, Lengths[next++]));
                }

                var chosen = free == length ? Math.Min(0, waiting.Count - 1) : LongestWithin(waiting, free);
                if (chosen < 0)
                {
                    break;
                }

                free -= waiting[chosen];
                waiting.RemoveAt(chosen);
            }

            if (free == length)
            {
                return rows;
            }

            rows++;
        }
    }

    private static int LongestWithin(List<int> waiting, int free)
    {
        var chosen = -1;
        for (var i = 0; i < waiting.Count; i++)
        {
            if (waiting[i] <= free && (chosen < 0 || waiting[i] > waiting[chosen]))
            {
                chosen = i;
            }
        }

        return chosen;
    }

    private static List<int> Measure(string path, BaseModel source, ExampleEncoder encoder, ExampleFaults faults, CancellationToken cancellationToken)
    {
        var (lengths, ids, counts) = (new List<int>(), new List<int>(), new List<bool>());
        var before = faults.Count;
        foreach (var example in ExampleFile.Read(path, "examples", "\n\n", faults))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!encoder.TryEncode(example, ids, counts, faults))
            {
                continue;
            }

            var positions = ids.Count - 1; // The last token is only a target.
            if (!counts.Skip(1).Contains(true))
            {
                faults.Add(example.Place, "holds nothing to learn: no token counts; expected an answer or a text.");
            }
            else if (positions > source.Configuration.ContextLength)
            {
                faults.Add(example.Place, $"has {positions} positions; expected at most {source.Configuration.ContextLength}, which is what the model reads. Shorten or divide it.");
            }
            else
            {
                lengths.Add(positions);
            }
        }

        if (lengths.Count == 0 && faults.Count == before)
        {
            faults.Add(Path.GetFileName(path), "holds no example; expected one at least.");
        }

        return lengths;
    }
}
