using System.Text.Json;
using Gyre.Models.Generation;
using Gyre.Server.Generation;
using Gyre.Server.Http;
using Gyre.Server.Wire;

namespace Gyre.Server.Endpoints;

/// <summary>Writes an answer's pieces as the events of a streamed message: one block at a time, each opened and closed.</summary>
internal sealed class MessageEventWriter(EventStream output)
{
    private static readonly JsonElement EmptyObject = JsonDocument.Parse("{}").RootElement;

    private int _block = -1;
    private bool _isTextOpen;
    private bool _isCallOpen;

    public void Begin(MessageAnswer message)
    {
        Write(new MessageEvent { Type = "message_start", Message = message });
        Write(new MessageEvent { Type = "ping" });
    }

    public void Write(AnswerPart part)
    {
        switch (part.Kind)
        {
            case AnswerPartKind.Text when part.Text.Length > 0:
                if (!_isTextOpen)
                {
                    Close();
                    _isTextOpen = true;
                    Write(new MessageEvent { Type = "content_block_start", Index = ++_block, ContentBlock = new MessageBlock { Type = "text", Text = "" } });
                }

                Write(new MessageEvent { Type = "content_block_delta", Index = _block, Delta = new MessageEvent.Gained { Type = "text_delta", Text = part.Text } });
                break;
            case AnswerPartKind.CallBegin:
                Close();
                _isCallOpen = true;
                Write(new MessageEvent
                {
                    Type = "content_block_start",
                    Index = ++_block,
                    ContentBlock = new MessageBlock { Type = "tool_use", Id = part.CallId, Name = part.Text, Input = EmptyObject },
                });
                break;
            case AnswerPartKind.CallArguments:
                Write(new MessageEvent { Type = "content_block_delta", Index = _block, Delta = new MessageEvent.Gained { Type = "input_json_delta", PartialJson = part.Text } });
                break;
            case AnswerPartKind.CallEnd or AnswerPartKind.CallBroken:
                Close();
                break;
            default:
                break;
        }
    }

    public void End(MessageEndEvent ended)
    {
        Close();
        output.Write(ended.Type, ended, WireJson.Plain.MessageEndEvent);
        Write(new MessageEvent { Type = "message_stop" });
    }

    private void Close()
    {
        if (_isTextOpen || _isCallOpen)
        {
            Write(new MessageEvent { Type = "content_block_stop", Index = _block });
        }

        _isTextOpen = false;
        _isCallOpen = false;
    }

    private void Write(MessageEvent written) => output.Write(written.Type, written, WireJson.Plain.MessageEvent);
}
