using Gyre.Models.Tools;

namespace Gyre.Models.Generation;

/// <summary>Turns the updates of one answer into text and calls. Used by one thread at a time.</summary>
public sealed class AnswerReader
{
    private readonly LanguageModel _model;
    private readonly IReadOnlyList<string> _stop;
    private readonly Func<string> _newCallId;
    private readonly ToolCallReader? _reader;
    private readonly List<ToolCallPart> _pieces = [];
    private readonly List<TokenLogprob> _pending = [];
    private readonly List<int> _tokens = [];
    private int _calls;
    private int _whole;
    private bool _hasEnded;

    /// <summary>A reader at the beginning of an answer.</summary>
    /// <param name="model">What answers.</param>
    /// <param name="tools">The functions that the answer may call.</param>
    /// <param name="opening">What the prompt ends with of the answer itself, as <see cref="ToolFormat.OpenCalls"/> says; empty for nothing.</param>
    /// <param name="stop">The texts that end the answer.</param>
    /// <param name="newCallId">Gives each call its id.</param>
    public AnswerReader(LanguageModel model, ToolUse tools, string opening, IReadOnlyList<string> stop, Func<string> newCallId)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tools);
        ArgumentNullException.ThrowIfNull(opening);
        _model = model;
        _stop = stop;
        _newCallId = newCallId;
        _reader = tools.IsOffered ? model.ToolFormat.CreateReader(tools.Callable.Select(tool => tool.Name).ToHashSet(StringComparer.Ordinal)) : null;
        if (opening.Length > 0)
        {
            _reader?.Read(opening, _pieces);
        }
    }

    /// <summary>Takes in an update and adds what it brings.</summary>
    public void Read(GenerationUpdate update, List<AnswerPart> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (update.TokenId is { } token && _stop.Count > 0 && !update.IsEnd)
        {
            _tokens.Add(token);
        }

        _hasEnded |= update.IsEnd;
        if (update is { IsEnd: false, Logprob: { } logprob })
        {
            _pending.Add(logprob);
        }

        if (_reader is null)
        {
            if (update.Text.Length > 0 || _pending.Count > 0)
            {
                AddText(update.Text, destination);
            }
        }
        else
        {
            ReadCalls(_reader, update, destination);
        }

        if (update.FinishReason is { } finish)
        {
            var stop = finish == FinishReason.Length || _hasEnded || _whole > 0 ? null : FoundStop();
            var end = finish == FinishReason.Length ? AnswerEnd.Length : _whole > 0 ? AnswerEnd.ToolCalls : stop is null ? AnswerEnd.Stop : AnswerEnd.StopText;
            destination.Add(new AnswerPart(AnswerPartKind.Finish, "") { End = end, StopText = stop, Usage = update.Usage });
        }
    }

    private void ReadCalls(ToolCallReader reader, GenerationUpdate update, List<AnswerPart> destination)
    {
        if (update is { TokenId: { } id, IsEnd: false } && _model.Tokenizer.IsSpecial(id)
            && _model.Tokenizer.GetToken(id) is var mark && _model.ToolFormat.Marks.Contains(mark, StringComparer.Ordinal))
        {
            // The marks of some families are special tokens, which texts leave out.
            reader.Read(mark, _pieces);
        }

        reader.Read(update.Text, _pieces);
        if (update.FinishReason is not null)
        {
            reader.Complete(_pieces);
        }

        foreach (var piece in _pieces)
        {
            Add(piece, destination);
        }

        _pieces.Clear();
        if (update.FinishReason is not null && _pending.Count > 0 && _calls == 0)
        {
            AddText("", destination);
        }
    }

    private void Add(ToolCallPart piece, List<AnswerPart> destination)
    {
        switch (piece.Kind)
        {
            case ToolCallPartKind.Text:
                AddText(piece.Text, destination);
                return;
            case ToolCallPartKind.Begin:
                // The tokens of a call are not reported: only those of the text are.
                _pending.Clear();
                destination.Add(new AnswerPart(AnswerPartKind.CallBegin, piece.Text) { CallIndex = _calls++, CallId = _newCallId() });
                return;
            case ToolCallPartKind.Arguments:
                _pending.Clear();
                destination.Add(new AnswerPart(AnswerPartKind.CallArguments, piece.Text) { CallIndex = _calls - 1 });
                return;
            case ToolCallPartKind.End:
                _pending.Clear();
                _whole++;
                destination.Add(new AnswerPart(AnswerPartKind.CallEnd, "") { CallIndex = _calls - 1 });
                return;
            default:
                _pending.Clear();
                destination.Add(new AnswerPart(AnswerPartKind.CallBroken, piece.Text) { CallIndex = _calls - 1 });
                return;
        }
    }

    private void AddText(string text, List<AnswerPart> destination)
    {
        destination.Add(new AnswerPart(AnswerPartKind.Text, text) { Logprobs = _pending.Count == 0 ? [] : [.. _pending] });
        _pending.Clear();
    }

    /// <summary>The stop text that ended the answer: the one that stands first in all that was generated.</summary>
    private string? FoundStop()
    {
        if (_stop.Count == 0)
        {
            return null;
        }

        var text = _model.Tokenizer.Decode([.. _tokens]);
        return _stop
            .Select(stop => (Stop: stop, At: text.IndexOf(stop, StringComparison.Ordinal)))
            .Where(found => found.At >= 0)
            .OrderBy(found => found.At)
            .ThenByDescending(found => found.Stop.Length)
            .Select(found => found.Stop)
            .FirstOrDefault();
    }
}
