namespace Gyre.Models.Architectures;

/// <summary>A loaded network that reads whole sequences, each token seeing all of its own.</summary>
/// <remarks>Owns: the packed weights, until disposed. Safe for several threads, which take turns.</remarks>
public interface IEncoder : IAdapterHost, IDisposable
{
    /// <summary>The number of token ids.</summary>
    int VocabularySize { get; }

    /// <summary>The longest sequence, in tokens.</summary>
    int ContextLength { get; }

    /// <summary>Kinds of tokens; 0 when the network does not tell them apart.</summary>
    int TokenTypes { get; }

    /// <summary>How many tokens are run together; longer batches are run in parts.</summary>
    int MaxRunTokens { get; }

    /// <summary>Numbers in a row of a result; 0 when the network does not have it.</summary>
    int WidthOf(EncoderOutput output);

    /// <summary>Runs the sequences of a batch and puts the wanted rows of a result into it.</summary>
    /// <param name="batch">Any number of sequences.</param>
    /// <param name="output">Which result.</param>
    /// <param name="cancellationToken">Ends the work between two runs.</param>
    /// <remarks>
    /// A sequence's results have the bits that it would have alone.
    /// <para>Errors, before anything is run: <see cref="ModelException"/> <c>RUN0404</c> a sequence longer than the
    /// context; <see cref="ArgumentOutOfRangeException"/> an id or type that the network does not have;
    /// <see cref="NotSupportedException"/> a result that it does not have. Afterwards: <c>RUN0304</c> results that are
    /// not finite numbers.</para>
    /// <para>Cost: weights are read once a run; no managed allocation after the first calls.</para>
    /// </remarks>
    void Run(EncoderBatch batch, EncoderOutput output, CancellationToken cancellationToken = default);
}
