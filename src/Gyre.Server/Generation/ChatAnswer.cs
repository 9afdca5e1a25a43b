using System.Text;
using Gyre.Models.Generation;
using Gyre.Models.Tools;

namespace Gyre.Server.Generation;

/// <summary>One choice as it is collected for a whole answer: only whole calls are in it.</summary>
internal sealed class ChatAnswer
{
    private readonly StringBuilder _arguments = new();
    private (string Id, string Name) _open;

    public StringBuilder Text { get; } = new();

    public List<TokenLogprob> Logprobs { get; } = [];

    public List<ToolCall> Calls { get; } = [];

    public AnswerEnd End { get; private set; }

    public string? StopText { get; private set; }

    public GenerationUsage? Usage { get; private set; }

    public void Add(AnswerPart part)
    {
        switch (part.Kind)
        {
            case AnswerPartKind.Text:
                Text.Append(part.Text);
                Logprobs.AddRange(part.Logprobs);
                break;
            case AnswerPartKind.CallBegin:
                _open = (part.CallId, part.Text);
                _arguments.Clear();
                break;
            case AnswerPartKind.CallArguments:
                _arguments.Append(part.Text);
                break;
            case AnswerPartKind.CallEnd:
                Calls.Add(new ToolCall(_open.Id, _open.Name, _arguments.ToString()));
                break;
            case AnswerPartKind.CallBroken:
                // Half a call cannot be called: it is shown as the text that it is.
                Text.Append(part.Text);
                break;
            default:
                End = part.End;
                StopText = part.StopText;
                Usage = part.Usage;
                break;
        }
    }
}
