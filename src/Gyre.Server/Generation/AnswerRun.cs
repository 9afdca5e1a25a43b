using Gyre.Contracts;
using Gyre.Models.Generation;
using Gyre.Server.Http;

namespace Gyre.Server.Generation;

/// <summary>A running request as text and calls: collected whole, or handed on piece by piece.</summary>
/// <remarks>Owns: the running choices, until disposed.</remarks>
internal sealed class AnswerRun : IAsyncDisposable
{
    private readonly GenerationCall _call;
    private readonly ChoiceStream _choices;
    private readonly AnswerReader[] _readers;
    private readonly List<AnswerPart> _parts = [];

    private AnswerRun(GenerationCall call, ChoiceStream choices, AnswerReader[] readers)
    {
        _call = call;
        _choices = choices;
        _readers = readers;
    }

    /// <param name="call">What to run.</param>
    /// <param name="ids">Gives the calls' ids.</param>
    /// <param name="callPrefix">What the ids of calls begin with.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static AnswerRun Start(GenerationCall call, IIdSource ids, string callPrefix, CancellationToken cancellationToken) => new(
        call,
        ChoiceStream.Start(call, cancellationToken),
        [.. Enumerable.Range(0, call.ChoiceCount).Select(_ => new AnswerReader(call.Model, call.Tools, call.Opening, call.Options.Stop, () => ids.NewId(callPrefix)))]);

    /// <summary>All answers, once they have ended.</summary>
    public async Task<ChatAnswer[]> CollectAsync(RequestTrace? trace, CancellationToken cancellationToken)
    {
        var answers = _readers.Select(_ => new ChatAnswer()).ToArray();
        await EachAsync(trace, static () => Task.CompletedTask, (choice, part) => answers[choice].Add(part), cancellationToken);
        return answers;
    }

    /// <summary>Hands on every piece as it comes.</summary>
    /// <param name="trace">Watches.</param>
    /// <param name="begin">Called once, when the first prompt is done.</param>
    /// <param name="take">Called for every piece of a choice.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task EachAsync(RequestTrace? trace, Func<Task> begin, Action<int, AnswerPart> take, CancellationToken cancellationToken)
    {
        var hasBegun = false;
        await foreach (var item in _choices.Updates.ReadAllAsync(cancellationToken))
        {
            if (!hasBegun)
            {
                hasBegun = true;
                await begin();
            }

            Read(item, trace, part => take(item.Choice, part));
        }
    }

    /// <summary>Hands on every piece as it comes, and sends what was written of it.</summary>
    /// <param name="output">Where <paramref name="write"/> writes to.</param>
    /// <param name="scope">The request.</param>
    /// <param name="begin">Called once a choice, when its prompt is done.</param>
    /// <param name="write">Called for every piece of a choice.</param>
    public async Task StreamAsync(EventStream output, RequestScope scope, Action<int> begin, Action<int, AnswerPart> write)
    {
        var hasBegun = new bool[_call.ChoiceCount];
        while (await output.WaitAsync(_choices.Updates, scope.Cancellation))
        {
            while (!output.IsFull && _choices.Updates.TryRead(out var item))
            {
                if (!hasBegun[item.Choice])
                {
                    hasBegun[item.Choice] = true;
                    begin(item.Choice);
                }

                Read(item, scope.Trace, part => write(item.Choice, part));
            }

            await output.FlushAsync(scope.Cancellation);
        }
    }

    public ValueTask DisposeAsync() => _choices.DisposeAsync();

    private void Read(ChoiceUpdate item, RequestTrace? trace, Action<AnswerPart> write)
    {
        trace?.Observe(item);
        _readers[item.Choice].Read(item.Update, _parts);
        _parts.ForEach(write);
        _parts.Clear();
    }
}
