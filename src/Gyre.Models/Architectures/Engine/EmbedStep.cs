using Gyre.Models.Architectures.Kernels;
using Gyre.Tensors;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Architectures.Engine;

/// <summary>Writes the sum of the embedding rows of the tokens.</summary>
/// <param name="output">What receives it.</param>
/// <param name="embedding">What is summed.</param>
/// <param name="tokens">Rows by token id, or null.</param>
/// <param name="positions">Rows by position, or null.</param>
/// <param name="types">Rows by the token's type, or null.</param>
/// <param name="sinusoids">Computed rows by position, or null.</param>
/// <param name="scratch">A row for each member.</param>
[HotPath]
internal sealed unsafe class EmbedStep(
    Value output,
    EmbeddingSpec embedding,
    PackedMatrix? tokens,
    PackedMatrix? positions,
    PackedMatrix? types,
    NativeBuffer? sinusoids,
    RowScratch scratch) : PlanStep
{
    private readonly int _width = embedding.Width;
    private float* _output;

    /// <summary>Where an adapter has what it changes at the token rows.</summary>
    public int AdapterPlace { get; init; }

    public override IReadOnlyList<Value> Inputs => [];

    public override IReadOnlyList<Value> Outputs => [output];

    public override void Bind(ReadOnlySpan<nint> buffers) => _output = (float*)buffers[output.Index];

    public override int Items(PlanRun* run) => run->Rows;

    public override void Run(PlanRun* run, int begin, int end, int member, bool isFirst)
    {
        for (var row = begin; row < end; row++)
        {
            var place = _output + ((long)row * _width);
            if (tokens is not null)
            {
                var token = run->Tokens[row];
                if (token < 0)
                {
                    // Only adapters have such tokens.
                    var virtualRow = (run->AdapterOf(row) + AdapterPlace)->Virtual + ((long)(-1 - token) * _width);
                    new ReadOnlySpan<float>(virtualRow, _width).CopyTo(new Span<float>(place, _width));
                }
                else
                {
                    tokens.CopyRow(token, new Span<float>(place, _width));
                    if (run->HasAdapters && run->AdapterOf(row) is var adapter && adapter is not null)
                    {
                        Change(adapter + AdapterPlace, token, place);
                    }
                }

                if (embedding.Scale != 1f)
                {
                    RowKernels.Scale(place, embedding.Scale, _width);
                }
            }

            if (positions is not null)
            {
                AddPosition(run->Positions[row] + embedding.FirstPosition, place, member);
            }

            if (types is not null)
            {
                AddRow(types, run->TokenTypes == null ? 0 : run->TokenTypes[row], place, member);
            }

            if (sinusoids is not null)
            {
                RowKernels.Add(place, sinusoids.Floats + ((long)run->Positions[row] * _width), _width);
            }
        }
    }

    private void Change(AdapterWeight* weight, int token, float* place)
    {
        if (weight->Rows is not null)
        {
            new ReadOnlySpan<float>(weight->Rows + ((long)token * _width), _width).CopyTo(new Span<float>(place, _width));
        }

        if (weight->Rank > 0)
        {
            AdapterKernels.Widen(weight->Up, weight->IsShort, weight->Rank, (float*)weight->Down + ((long)token * weight->Rank), null, null, place, 0, _width);
        }
    }

    private void AddPosition(int position, float* place, int member)
    {
        if (tokens is null)
        {
            positions!.CopyRow(position, new Span<float>(place, _width)); // The caller checked.
            return;
        }

        AddRow(positions!, position, place, member); // The caller checked.
    }

    private void AddRow(PackedMatrix rows, int row, float* place, int member)
    {
        var added = scratch.Floats(member);
        rows.CopyRow(row, new Span<float>(added, _width));
        RowKernels.Add(place, added, _width);
    }
}
