using Gyre.Models.Architectures;
using Gyre.Models.Architectures.Engine;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Measurement;

/// <summary>For every matrix of a model, how strong each of its inputs is: the mean of its squares over a text.</summary>
/// <remarks>
/// Kept in the form of llama.cpp's importance matrices, so that either program reads the other's.
/// <para>Source: GGUF files of <c>general.type</c> <c>imatrix</c> as llama.cpp v0.5.0 writes them: <c>NAME.in_sum2</c> and <c>NAME.counts</c>.</para>
/// </remarks>
public sealed class ImportanceMatrix
{
    private const string SumSuffix = ".in_sum2";
    private const string CountSuffix = ".counts";
    private const string Kind = "imatrix";

    /// <summary>With chunks of fewer tokens a text may have to end with a single one.</summary>
    private const int FewestChunk = 3;
    private readonly SortedDictionary<string, Entry> _entries;

    private ImportanceMatrix(SortedDictionary<string, Entry> entries) => _entries = entries;

    /// <summary>The GGUF names of the matrices, sorted.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>The mean squares of a matrix's inputs; empty when it is not known.</summary>
    public ReadOnlySpan<float> Find(string name) => _entries.TryGetValue(name, out var entry) ? entry.Means : [];

    /// <summary>Runs a model over windows of tokens and keeps what goes into its matrices; the output layer is left out.</summary>
    /// <param name="decoder">The model, without adapters.</param>
    /// <param name="windows">Each is read as a sequence of its own; at least two tokens.</param>
    /// <param name="progress">Told the number of windows that were read.</param>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <remarks>
    /// The same bits for any number of threads.
    /// <para>Errors: <see cref="ModelException"/> <c>RUN0440</c> for a decoder that does not show its inputs; those of
    /// <see cref="IDecoderSession.Forward"/>; <c>RUN0304</c> when an input is not a finite number.</para>
    /// </remarks>
    public static ImportanceMatrix Collect(
        IDecoder decoder, IReadOnlyList<int[]> windows, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(windows);
        var engine = decoder is EngineDecoder { MaxBatchTokens: >= FewestChunk } own
            ? own
            : throw new ModelException("RUN0440", $"Collect importance: this decoder does not show what goes into its matrices; expected one of Gyre's own engine that runs {FewestChunk} tokens together or more. Load the model again with larger chunks.");
        string[] names = [.. engine.Architecture.Weights.Select(weight => weight.GgufPlace.Tensor)];
        var sums = new Dictionary<string, Sum>(StringComparer.Ordinal);
        for (var i = 0; i < windows.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ArgumentOutOfRangeException.ThrowIfLessThan(windows[i].Length, 2, nameof(windows));
            ReadOnlySpan<int> window = windows[i];
            using var session = (EngineSession)engine.CreateSession(window.Length);
            if (window.Length % engine.MaxBatchTokens == 1)
            {
                // A token on its own is not shown, so the last two go together.
                engine.ForwardInputs(session, window[..^2], Keep);
                window = window[^2..];
            }

            engine.ForwardInputs(session, window, Keep);
            progress?.Report(i + 1);
        }

        return new ImportanceMatrix(new SortedDictionary<string, Entry>(
            sums.ToDictionary(pair => pair.Key, pair => pair.Value.ToEntry(pair.Key)), StringComparer.Ordinal));

        void Keep(int[] weights, ReadOnlySpan<float> row) => Add(sums, names, weights, row);
    }

    /// <summary>Reads an importance matrix.</summary>
    /// <remarks>Errors: <see cref="ModelException"/> <c>RUN0441</c> a GGUF file that is none or has faults, and those of <see cref="GgufFile.Open"/>.</remarks>
    public static ImportanceMatrix Load(string path)
    {
        using var file = GgufFile.Open(path);
        if (!file.Metadata.TryGetString("general.type", out var kind) || kind != Kind)
        {
            throw Faulty(path, $"its general.type is '{kind}'", $"'{Kind}'");
        }

        var entries = new SortedDictionary<string, Entry>(StringComparer.Ordinal);
        foreach (var sum in file.Names.Where(name => name.EndsWith(SumSuffix, StringComparison.Ordinal)))
        {
            var name = sum[..^SumSuffix.Length];
            var counts = file.TryGet(name + CountSuffix, out var tensor) ? Numbers(path, tensor) : throw Faulty(path, $"it has no '{name + CountSuffix}'", "one beside each sum");
            var sums = Numbers(path, file.Get(sum));
            if (counts.Length != 1)
            {
                throw Faulty(path, $"'{name}' has {counts.Length} counts", "one: experts are not computed here");
            }

            if (counts[0] > 0)
            {
                entries[name] = new Entry(sums, counts[0]);
            }
        }

        return entries.Count > 0 ? new ImportanceMatrix(entries) : throw Faulty(path, "it has no sums", $"tensors named …{SumSuffix}");
    }

    /// <summary>Writes the matrix as a whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="text">What the text is called; kept in the file.</param>
    /// <param name="windows">How many windows were read.</param>
    /// <param name="windowTokens">Tokens of a window.</param>
    /// <remarks>Errors: <see cref="ModelException"/> <c>RUN0007</c>.</remarks>
    public void Save(string path, string text, int windows, int windowTokens)
    {
        ArgumentNullException.ThrowIfNull(path);
        var writer = new GgufWriter()
            .SetString("general.type", Kind)
            .SetStrings("imatrix.datasets", [text])
            .SetUInt32("imatrix.chunk_count", (uint)windows)
            .SetUInt32("imatrix.chunk_size", (uint)windowTokens);
        foreach (var (name, entry) in _entries)
        {
            writer.Add(name + SumSuffix, entry.Sums, 1, entry.Sums.Length)
                .Add(name + CountSuffix, new[] { entry.Count }, 1, 1);
        }

        writer.Write(path);
    }

    private static void Add(Dictionary<string, Sum> sums, string[] names, int[] weights, ReadOnlySpan<float> row)
    {
        for (var i = 0; i < weights.Length; i++)
        {
            // Queries, keys and values of one input may be one tensor.
            var name = names[weights[i]];
            if (i > 0 && names[weights[i - 1]] == name)
            {
                continue;
            }

            if (!sums.TryGetValue(name, out var sum))
            {
                sums.Add(name, sum = new Sum(row.Length));
            }

            sum.Add(row);
        }
    }

    private static unsafe float[] Numbers(string path, WeightTensor tensor)
    {
        if (tensor.Format != ElementFormat.F32)
        {
            throw Faulty(path, $"'{tensor.Name}' is {tensor.Format}", "F32");
        }

        var values = new ReadOnlySpan<float>(tensor.Bytes, checked((int)(tensor.LengthBytes / sizeof(float)))).ToArray();
        return Array.TrueForAll(values, value => float.IsFinite(value) && value >= 0)
            ? values
            : throw Faulty(path, $"'{tensor.Name}' holds a number that is negative or not finite", "sums of squares");
    }

    private static ModelException Faulty(string path, string found, string expected) =>
        new("RUN0441", $"Reading importance matrix {WeightErrors.Quote(path)}: {found}; expected {expected}. Collect it again, from a text or with llama-imatrix.");

    /// <summary>What is kept of a matrix.</summary>
    private sealed record Entry(float[] Sums, float Count)
    {
        public float[] Means { get; } = [.. Sums.Select(sum => sum / Count)];
    }

    /// <summary>Squares added up row after row.</summary>
    private sealed class Sum(int width)
    {
        private readonly double[] _squares = new double[width];
        private int _rows;

        public void Add(ReadOnlySpan<float> row)
        {
            for (var i = 0; i < row.Length; i++)
            {
                _squares[i] += (double)row[i] * row[i];
            }

            _rows++;
        }

        public Entry ToEntry(string name) => Array.TrueForAll(_squares, square => square <= float.MaxValue)
            ? new Entry([.. _squares.Select(square => (float)square)], _rows)
            : throw new ModelException("RUN0304", $"Collect importance: found inputs of '{name}' that are not finite numbers. The weights are damaged or do not fit this configuration: load them again from a good copy.");
    }
}
