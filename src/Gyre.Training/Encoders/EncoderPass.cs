using Gyre.Models.Architectures;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;

namespace Gyre.Training.Encoders;

/// <summary>Rows of one forward pass, filled up to the longest.</summary>
internal sealed class EncoderPass
{
    private const int Ignored = -100;
    private readonly EncoderHead _head;
    private readonly int _length;
    private readonly int[] _inputs;
    private readonly int[] _types;
    private readonly int[] _lengths;
    private readonly int[] _targets;
    private readonly int[] _ends;

    /// <param name="rows">The rows.</param>
    /// <param name="head">What is wanted of them.</param>
    public EncoderPass(IReadOnlyList<EncoderRow> rows, EncoderHead head)
    {
        _head = head;
        _length = rows.Max(row => row.Ids.Length);
        (_inputs, _types) = (new int[rows.Count * _length], new int[rows.Count * _length]);
        _lengths = [.. rows.Select(row => row.Ids.Length)];
        for (var i = 0; i < rows.Count; i++)
        {
            rows[i].Ids.CopyTo(_inputs, i * _length);
            rows[i].Types.CopyTo(_types, i * _length);
        }

        TokenCount = _lengths.Sum();
        switch (head)
        {
            case EncoderHead.AnswerSpan:
                (_targets, _ends) = ([.. rows.Select(row => row.Targets[0])], [.. rows.Select(row => row.Targets[1])]);
                break;
            case EncoderHead.SequenceLabels:
                (_targets, _ends) = ([.. rows.Select(row => row.Targets[0])], []);
                break;
            default:
                (_targets, _ends) = (new int[_inputs.Length], []);
                _targets.AsSpan().Fill(Ignored);
                for (var i = 0; i < rows.Count; i++)
                {
                    rows[i].Targets.CopyTo(_targets, i * _length);
                }

                break;
        }

        TargetCount = _targets.Count(target => target != Ignored);
    }

    /// <summary>Targets that count.</summary>
    public int TargetCount { get; }

    /// <summary>Tokens that are no padding.</summary>
    public int TokenCount { get; }

    /// <summary>The sum of the loss over the targets, times a factor.</summary>
    public Tensor Loss(TrainableEncoder model, Tape tape, float scale) => _head == EncoderHead.AnswerSpan
        ? model.SpanLoss(tape, _inputs, _types, _lengths, _targets, _ends, _length, scale)
        : model.Loss(tape, _inputs, _types, _lengths, _targets, _length, scale);
}
