using System.Runtime.CompilerServices;
using Gyre.Models.Generation;

namespace Gyre.Models.SequenceToSequence;

/// <summary>Answers sources, given as prompts: by the model's own search where the most likely answer is asked for, else token by token beside other requests.</summary>
/// <remarks>
/// The model's own search runs at temperature 0 when the model has several beams and the request asks nothing that needs
/// tokens to be chosen one by one (penalties, stop texts, log-probabilities and the like); its text comes as a whole.
/// <para>Owns: the engine that runs the other requests, until disposed; not the model.</para>
/// </remarks>
internal sealed class SequenceToSequenceGenerator : ITextGenerator, IAsyncDisposable
{
    private readonly SequenceToSequenceModel _model;
    private readonly TextGenerator _generator;
    private readonly TimeProvider _clock;
    private readonly int _mostWaiting;
    private readonly SemaphoreSlim _turn = new(1);
    private int _pending;

    public SequenceToSequenceGenerator(SequenceToSequenceModel model, TextGeneratorOptions options, TimeProvider clock)
    {
        var settings = model.Settings;
        (_model, _clock, _mostWaiting) = (model, clock, options.MaxActive + options.MaxWaiting);
        var engine = options with { EndIds = settings.EndIds, StartId = settings.StartTokenId, Rules = settings.Search.Rules };
        _generator = new TextGenerator(model.Network, model.Tokenizer, engine, clock);
    }

    public IAsyncEnumerable<GenerationUpdate> GenerateAsync(
        IReadOnlyList<int> prompt, GenerationOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return SearchesItself(options) ? SearchAsync(prompt, options, cancellationToken) : _generator.GenerateAsync(prompt, options, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _generator.DisposeAsync();
        _turn.Dispose();
    }

    private bool SearchesItself(GenerationOptions options)
    {
        // What is left out here is what the search obeys.
        var rest = options with { MaxTokens = 1, Temperature = 0, TopK = 0, TopP = 1, MinP = 0, TypicalP = 1, Seed = null, Stop = [], LogitBias = Plain.LogitBias, Adapter = null };
        return options.Temperature == 0 && _model.Settings.Search.Beams > 1 && options.Stop.Count == 0 && options.LogitBias.Count == 0
            && rest == Plain;
    }

    private static GenerationOptions Plain { get; } = new() { MaxTokens = 1, Temperature = 0, Stop = [] };

    private async IAsyncEnumerable<GenerationUpdate> SearchAsync(
        IReadOnlyList<int> prompt, GenerationOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _pending) > _mostWaiting)
        {
            Interlocked.Decrement(ref _pending);
            throw new ModelException("RUN0303", $"Generation refused: {_mostWaiting} requests are running or waiting, which is this model's limit. Try again in a moment.");
        }

        BeamAnswer best;
        var submitted = _clock.GetTimestamp();
        long started;
        try
        {
            await _turn.WaitAsync(cancellationToken);
            try
            {
                started = _clock.GetTimestamp();
                var search = _model.Settings.Search with { MaxTokens = options.MaxTokens, Answers = 1, Adapter = options.Adapter };
                best = (await Task.Run(() => _model.Search(prompt, search, cancellationToken), cancellationToken))[0];
            }
            finally
            {
                _turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _pending);
        }

        yield return new GenerationUpdate();
        for (var i = 0; i < best.Ids.Count; i++)
        {
            var isEnd = i == best.Ids.Count - 1 && best.FinishReason == FinishReason.Stop;
            yield return new GenerationUpdate { Text = i == 0 ? _model.TextOf(best.Ids) : "", TokenId = best.Ids[i], IsEnd = isEnd };
        }

        var usage = new GenerationUsage(
            prompt.Count, best.Ids.Count, 0, _clock.GetElapsedTime(submitted, started), TimeSpan.Zero, _clock.GetElapsedTime(started));
        yield return new GenerationUpdate { FinishReason = best.FinishReason, Usage = usage };
    }
}
