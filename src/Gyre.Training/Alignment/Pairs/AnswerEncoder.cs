using Gyre.Models.Templates;
using Gyre.Models.Tokenizers;
using Gyre.Training.Bases;

namespace Gyre.Training.Alignment.Pairs;

/// <summary>Turns conversations and answers into the ids that the base model would have read and written.</summary>
/// <remarks>
/// The template is rendered with and without the answer, and the answer's tokens are those of what it adds, so that its
/// end is the one that the template writes. A base without a template reads the prompt's text, and its answers end with
/// the end token.
/// </remarks>
internal sealed class AnswerEncoder(BaseModel model)
{
    private readonly ConversationEncoder _conversations = model.Conversations;
    private readonly ITokenizer _tokenizer = model.Tokenizer;

    /// <summary>What the model reads before it answers.</summary>
    public int[] EncodePrompt(IReadOnlyList<ChatTurn> prompt) => [.. _conversations.Encode(prompt, null, addGenerationPrompt: true)];

    /// <summary>An answer behind its prompt.</summary>
    /// <param name="prompt">The conversation.</param>
    /// <param name="answer">The assistant's answer.</param>
    /// <param name="source">Names the row in messages.</param>
    /// <remarks>Errors: TRN0403 the template does not write the answer behind the prompt.</remarks>
    public EncodedAnswer Encode(IReadOnlyList<ChatTurn> prompt, string answer, string source)
    {
        var ids = new List<int>();
        if (_conversations.Template is null)
        {
            _tokenizer.Encode(answer, addSpecialTokens: false, parseSpecialTokens: false, ids);
            if (_tokenizer.EndIds.Count > 0)
            {
                ids.Add(_tokenizer.EndIds[0]);
            }

            return new EncodedAnswer(EncodePrompt(prompt), [.. ids]);
        }

        var opened = _conversations.Render(prompt, null, addGenerationPrompt: true);
        var whole = _conversations.Render([.. prompt, new ChatTurn("assistant", answer)], null, addGenerationPrompt: false);
        if (!whole.StartsWith(opened, StringComparison.Ordinal))
        {
            throw AlignmentErrors.Template(source, "the conversation with the answer does not begin as the one without it");
        }

        _tokenizer.Encode(whole.AsSpan(opened.Length), addSpecialTokens: false, parseSpecialTokens: true, ids);
        return ids.Count > 0
            ? new EncodedAnswer([.. _conversations.EncodeText(opened, parseSpecialTokens: true)], [.. ids])
            : throw AlignmentErrors.Template(source, "it writes nothing for the answer");
    }
}
