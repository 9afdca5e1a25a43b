using System.Globalization;
using Gyre.Models.Architectures.Training;
using Gyre.Models.Conversion;
using Gyre.Models.Weights;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Architectures;

/// <content>The matrices one by one, layer after layer, and the forms in which changed weights are written.</content>
public sealed partial class TrainableDecoder
{
    /// <summary>The model's matrices, in the order of its parameters.</summary>
    public IReadOnlyList<DecoderMatrix> Matrices { get; }

    /// <summary>Takes texts through the layers one at a time, with the weights as they are at each moment.</summary>
    /// <param name="tape">Computes; one that does not record.</param>
    /// <param name="windows">Token ids; each is a sequence of its own.</param>
    /// <remarks>
    /// Owns: the caller disposes the result, before the model. Errors: argument exceptions for no window, an empty one, one longer than the
    /// context, ids outside the vocabulary, and a tape that records.
    /// </remarks>
    public LayerPass BeginLayers(Tape tape, IReadOnlyList<int[]> windows)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(windows);
        if (tape.IsRecording)
        {
            throw new ArgumentException("Run layer by layer: the tape records; expected one that does not, because nothing goes back over it.", nameof(tape));
        }

        if (windows.Count == 0 || windows.Any(window => window.Length < 1 || window.Length > Configuration.ContextLength))
        {
            throw new ArgumentException($"Run layer by layer: expected at least one window, each of 1 to {Configuration.ContextLength} tokens.", nameof(windows));
        }

        return new LayerPass(_forward, _matrices, tape, windows);
    }

    /// <summary>Computes with the layers' matrices as they read after they were stored in an encoding, while the exact ones are trained.</summary>
    /// <param name="format">The encoding; F32 computes with the exact ones again.</param>
    /// <returns>The matrices whose rows do not fill the encoding's blocks; they stay exact.</returns>
    /// <remarks>
    /// Embeddings, the output layer, norms and biases stay exact. What is saved is exact too: quantise it, and it reads as it was computed with.
    /// <para>Errors: an argument exception for an encoding that has no encoder.</para>
    /// </remarks>
    public IReadOnlyList<string> FakeQuantize(ElementFormat format)
    {
        if (format is not (ElementFormat.F32 or ElementFormat.Q8_0 or ElementFormat.Q4_0 or ElementFormat.Q4_K or ElementFormat.Q5_K or ElementFormat.Q6_K))
        {
            throw new ArgumentException($"Train for an encoding: found {format}, expected Q8_0, Q6_K, Q5_K, Q4_K or Q4_0.", nameof(format));
        }

        var left = new List<string>();
        foreach (var (index, matrix) in _matrices.Where(pair => pair.Value is { Layer: not null, IsEmbedding: false }))
        {
            var fits = matrix.Parameter.Value.Shape[1] % FormatTraits.Of(format).BlockLength == 0;
            _forward.Store(index, format == ElementFormat.F32 || !fits ? new DenseWeight(matrix.Parameter.Value) : new FakeQuantizedWeight(matrix.Parameter.Value, format));
            if (!fits)
            {
                left.Add(matrix.Parameter.Name);
            }
        }

        return left;
    }

    /// <summary>As <see cref="Save"/>, with each tensor in the precision that a file has it in.</summary>
    /// <param name="folder">As <see cref="Save"/>.</param>
    /// <param name="like">The file; tensors that it lacks, or has in blocks, become single precision.</param>
    /// <remarks>Errors: as <see cref="Save"/>.</remarks>
    public void SaveLike(string folder, IWeightSource like) => _weights.Save(folder, Configuration.ToHuggingFace(), like);

    /// <summary>The model as a GGUF file has it.</summary>
    /// <param name="frame">Gives the keys, the vocabulary and the tensors that are not trained: the model that training began with. Not owned; it must outlive the result.</param>
    /// <remarks>Errors: <see cref="ModelException"/> <c>RUN0446</c> for the frame of another model.</remarks>
    public GgufSource ToGguf(GgufSource frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        return new TrainedGgufSource(frame, _weights.Specs, _weights.Tensors);
    }

    /// <summary>GGUF names the tensors of all families alike: <c>blk.</c>, the layer, the rest.</summary>
    private static int? LayerOf(WeightSpec spec) =>
        spec.GgufPlace.Tensor.Split('.', 3) is ["blk", var number, _] ? int.Parse(number, CultureInfo.InvariantCulture) : null;
}
