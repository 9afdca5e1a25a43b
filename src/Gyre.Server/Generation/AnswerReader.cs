using Gyre.Contracts;
using Gyre.Models.Generation;
using Gyre.Models.Tools;

namespace Gyre.Server.Generation;

/// <summary>Turns one choice's updates into text and calls, as every wire form tells them. Used by one thread at a time.</summary>
internal sealed class AnswerReader
{
    private readonly GenerationCall _call;
    private readonly IIdSource _ids;
    private readonly string _idPrefix;
    private readonly ToolCallReader? _reader;
    private readonly List<ToolCallPart> _pieces = [];
    private readonly List<TokenLogprob> _pending = [];
    private readonly List<int> _tokens = [];
    private int _calls;
    private int _whole;
    private bool _hasEnded;

    public AnswerReader(GenerationCall call, IIdSource ids, string idPrefix)
    {
        _call = call;
        _ids = ids;
        _idPrefix = idPrefix;
        _reader = call.Tools.IsOffered
            ? call.Model.ToolFormat.CreateReader(call.Tools.Callable.Select(tool => tool.Name).ToHashSet(StringComparer.Ordinal))
            : null;
        if (call.Opening.Length > 0)
        {
            _reader?.Read(call.Opening, _pieces);
        }
    }

    /// <summary>Takes in an update and adds what it brings.</summary>
    public void Read(GenerationUpdate update, List<AnswerPart> destination)
    {
        if (update.TokenId is { } token && _call.Options.Stop.Count > 0 && !update.IsEnd)
        {
            _tokens.Add(token);
        }

        _hasEnded |= update.IsEnd;
        if (AnswerText.ShownLogprob(update, listsEnd: false) is { } logprob)
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
        if (update is { TokenId: { } id, IsEnd: false } && _call.Model.Tokenizer.IsSpecial(id)
            && _call.Model.Tokenizer.GetToken(id) is var mark && _call.Model.ToolFormat.Marks.Contains(mark, StringComparer.Ordinal))
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
                destination.Add(new AnswerPart(AnswerPartKind.CallBegin, piece.Text) { CallIndex = _calls++, CallId = _ids.NewId(_idPrefix) });
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
        if (_call.Options.Stop.Count == 0)
        {
            return null;
        }

        var text = _call.Model.Tokenizer.Decode([.. _tokens]);
        return _call.Options.Stop
            .Select(stop => (Stop: stop, At: text.IndexOf(stop, StringComparison.Ordinal)))
            .Where(found => found.At >= 0)
            .OrderBy(found => found.At)
            .ThenByDescending(found => found.Stop.Length)
            .Select(found => found.Stop)
            .FirstOrDefault();
    }
}
