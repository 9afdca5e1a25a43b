using System.Threading.Channels;
using Gyre.Models.Generation;

namespace Gyre.Server.Generation;

/// <summary>Runs all choices of a request at once and hands out their updates in one stream.</summary>
/// <remarks>
/// The stream is bounded: a reader that is slow holds up its own request only, as the engine never waits for it.
/// <para>Owns: the running choices; disposing cancels them and waits until their places are free.</para>
/// <para>Errors: the first failure of any choice ends the stream with that failure and cancels the others.</para>
/// </remarks>
internal sealed class ChoiceStream : IAsyncDisposable
{
    private const int Capacity = 64;

    private readonly CancellationTokenSource _running;
    private readonly Channel<ChoiceUpdate> _updates = Channel.CreateBounded<ChoiceUpdate>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly Task _all;
    private int _open;

    private ChoiceStream(GenerationCall call, CancellationToken cancellationToken)
    {
        _running = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _open = call.ChoiceCount;
        _all = Task.WhenAll(Enumerable.Range(0, call.ChoiceCount).Select(choice => RunAsync(call, choice)));
    }

    public ChannelReader<ChoiceUpdate> Updates => _updates.Reader;

    public static ChoiceStream Start(GenerationCall call, CancellationToken cancellationToken) => new(call, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _running.CancelAsync();
        await _all;
        _running.Dispose();
    }

    /// <summary>The first update, which carries the prompt's log-probabilities, as the whole answer.</summary>
    private static GenerationUpdate Scored(GenerationUpdate first, int promptTokens) => first with
    {
        FinishReason = FinishReason.Length,
        Usage = new GenerationUsage(promptTokens, 0, 0, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero),
    };

    private async Task RunAsync(GenerationCall call, int choice)
    {
        try
        {
            await foreach (var update in call.Model.Generator.GenerateAsync(call.PromptOf(choice), call.OptionsOf(choice), _running.Token))
            {
                if (call.EndsAfterPrompt)
                {
                    // Leaving the loop ends the sequence: the engine has no limit of zero tokens.
                    await _updates.Writer.WriteAsync(new ChoiceUpdate(choice, Scored(update, call.PromptOf(choice).Count)), _running.Token);
                    break;
                }

                await _updates.Writer.WriteAsync(new ChoiceUpdate(choice, update), _running.Token);
            }

            if (Interlocked.Decrement(ref _open) == 0)
            {
                _updates.Writer.TryComplete();
            }
        }
        catch (Exception error)
        {
            // Handed to the reader, who answers for it: whatever it is, it belongs to this request.
            _updates.Writer.TryComplete(error);
            await _running.CancelAsync();
        }
    }
}
