namespace Gyre.Models.Generation;

/// <summary>Continues token sequences with one model; safe for many callers at once.</summary>
public interface ITextGenerator
{
    /// <summary>Continues a prompt and streams the updates; the last one carries finish reason and usage.</summary>
    /// <remarks>
    /// <para>Errors: <see cref="ModelException"/> <c>RUN0301</c> prompt longer than the context, <c>RUN0302</c> invalid
    /// options, <c>RUN0303</c> the queue is full (try again later), <c>RUN0304</c> the model produced logits that are not
    /// numbers. Cancellation ends the sequence at the next token and frees its place.</para>
    /// </remarks>
    IAsyncEnumerable<GenerationUpdate> GenerateAsync(
        IReadOnlyList<int> prompt,
        GenerationOptions options,
        CancellationToken cancellationToken = default);
}
