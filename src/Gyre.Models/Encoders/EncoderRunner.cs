using System.Collections.Concurrent;
using Gyre.Models.Architectures;

namespace Gyre.Models.Encoders;

/// <summary>Runs many texts through an encoder: those of like length together, in an order that depends on the texts alone.</summary>
/// <remarks>Safe for several threads, whose batches take turns.</remarks>
internal sealed class EncoderRunner
{
    /// <summary>So many runs are handed over at a time: enough to fill them well, few enough that others get their turn.</summary>
    private const int RunsAtOnce = 4;
    private const long MostNumbers = 1 << 24;
    private readonly IEncoder _encoder;
    private readonly string? _adapter;
    private readonly ConcurrentBag<EncoderBatch> _batches;

    public EncoderRunner(IEncoder encoder)
        : this(encoder, null, [])
    {
    }

    private EncoderRunner(IEncoder encoder, string? adapter, ConcurrentBag<EncoderBatch> batches) => (_encoder, _adapter, _batches) = (encoder, adapter, batches);

    public IEncoder Encoder => _encoder;

    /// <summary>The most tokens of a text.</summary>
    public int MaxTokens => _encoder.ContextLength;

    /// <summary>One that runs texts through an adapter.</summary>
    public EncoderRunner WithAdapter(string adapter) => new(_encoder, adapter, _batches);

    /// <summary>Runs the texts and hands out each one's rows, once.</summary>
    /// <param name="inputs">The texts.</param>
    /// <param name="output">Which result.</param>
    /// <param name="take">Called on this thread.</param>
    /// <param name="cancellationToken">Ends the work between two runs.</param>
    public void Run(IReadOnlyList<EncoderInput> inputs, EncoderOutput output, RowsTaker take, CancellationToken cancellationToken)
    {
        var order = Enumerable.Range(0, inputs.Count).OrderBy(index => inputs[index].Ids.Length).ThenBy(index => index).ToArray();
        using var adapter = _adapter is null ? null : _encoder.UseAdapter(_adapter);
        var width = _encoder.WidthOf(output);
        var batch = _batches.TryTake(out var used) ? used : new EncoderBatch();
        try
        {
            for (var done = 0; done < order.Length;)
            {
                batch.Clear();
                batch.Adapter = adapter;
                var first = done;
                do
                {
                    Add(batch, inputs[order[done++]]);
                }
                while (done < order.Length && batch.Tokens < RunsAtOnce * _encoder.MaxRunTokens && (long)batch.Wanted * width < MostNumbers);

                _encoder.Run(batch, output, cancellationToken);
                for (var entry = 0; entry < batch.Count; entry++)
                {
                    take(order[first + entry], batch.Rows(entry));
                }
            }
        }
        finally
        {
            batch.Clear();
            _batches.Add(batch);
        }
    }

    private static void Add(EncoderBatch batch, EncoderInput input)
    {
        if (input.Rows is null)
        {
            batch.AddAll(input.Ids, input.Types);
        }
        else
        {
            batch.Add(input.Ids, input.Types, input.Rows);
        }
    }
}
