using Gyre.Models;
using Gyre.Models.Templates;
using Gyre.Training.Bases;

namespace Gyre.Training.Examples;

/// <summary>Turns examples into the ids that a model sees, and says which of them it is to learn.</summary>
/// <remarks>
/// A conversation is rendered turn by turn with the model's own template; what an assistant turn adds behind its opening counts,
/// its end token included. A text counts whole, and ends with an end token.
/// </remarks>
internal sealed class ExampleEncoder
{
    private readonly BaseModel _base;
    private readonly bool _countsPrompts;

    /// <param name="source">Gives vocabulary and template.</param>
    /// <param name="countsPrompts">Counts every token of a conversation, not only the assistant's.</param>
    public ExampleEncoder(BaseModel source, bool countsPrompts)
    {
        _base = source;
        _countsPrompts = countsPrompts;
    }

    /// <summary>Fills the two lists, which it clears first; false with a fault when the template does not fit.</summary>
    public bool TryEncode(TrainingExample example, List<int> ids, List<bool> counts, ExampleFaults faults)
    {
        ids.Clear();
        counts.Clear();
        try
        {
            return example.Turns.Count == 0 ? EncodeText(example.Text, ids, counts) : EncodeTurns(example, ids, counts, faults);
        }
        catch (ModelException error)
        {
            faults.Add(example.Place, $"the model's template refuses it: {error.Message}");
            return false;
        }
    }

    private bool EncodeText(string text, List<int> ids, List<bool> counts)
    {
        ids.AddRange(_base.Conversations.EncodeText(text, parseSpecialTokens: false));
        if (_base.Tokenizer.EndIds.Count > 0)
        {
            ids.Add(_base.Tokenizer.EndIds[0]);
        }

        counts.AddRange(Enumerable.Repeat(true, ids.Count));
        return true;
    }

    private bool EncodeTurns(TrainingExample example, List<int> ids, List<bool> counts, ExampleFaults faults)
    {
        var conversations = _base.Conversations;
        var done = "";
        for (var i = 0; i < example.Turns.Count; i++)
        {
            if (example.Turns[i].Role != "assistant")
            {
                continue;
            }

            var before = conversations.Render([.. example.Turns.Take(i)], null, addGenerationPrompt: true);
            var whole = conversations.Render([.. example.Turns.Take(i + 1)], null, addGenerationPrompt: false);
            if (!before.StartsWith(done, StringComparison.Ordinal) || !whole.StartsWith(before, StringComparison.Ordinal))
            {
                var (found, expected) = before.StartsWith(done, StringComparison.Ordinal) ? (whole, before) : (before, done);
                faults.Add(example.Place, $"the model's template writes message {i + 1} so that what stood before is changed (from '{Differing(found, expected)}' on); expected a template that only appends. Give the conversation as single exchanges.");
                return false;
            }

            AddPrompt(before[done.Length..], isFirst: done.Length == 0, ids, counts);
            AddAnswer(whole[before.Length..], isLast: i == example.Turns.Count - 1, ids, counts);
            done = whole;
        }

        return true;
    }

    private void AddPrompt(string text, bool isFirst, List<int> ids, List<bool> counts)
    {
        if (isFirst)
        {
            ids.AddRange(_base.Conversations.EncodeText(text, parseSpecialTokens: _base.Conversations.Template is not null));
        }
        else
        {
            _base.Tokenizer.Encode(text, addSpecialTokens: false, parseSpecialTokens: _base.Conversations.Template is not null, ids);
        }

        while (counts.Count < ids.Count)
        {
            counts.Add(_countsPrompts);
        }
    }

    private void AddAnswer(string text, bool isLast, List<int> ids, List<bool> counts)
    {
        var first = ids.Count;
        _base.Tokenizer.Encode(text, addSpecialTokens: false, parseSpecialTokens: _base.Conversations.Template is not null, ids);
        var ends = _base.Tokenizer.EndIds;
        var end = ids.FindLastIndex(id => ends.Contains(id));
        if (end < first && isLast && ends.Count > 0)
        {
            // The template ends its last turn with nothing; a model that never saw an end would not stop.
            end = ids.Count;
            ids.Add(ends[0]);
        }

        for (var i = first; i < ids.Count; i++)
        {
            counts.Add(_countsPrompts || end < first || i <= end);
        }
    }

    private static string Differing(string found, string expected)
    {
        var at = 0;
        while (at < Math.Min(found.Length, expected.Length) && found[at] == expected[at])
        {
            at++;
        }

        return expected.Substring(at, Math.Min(24, expected.Length - at)).ReplaceLineEndings(" ");
    }
}
