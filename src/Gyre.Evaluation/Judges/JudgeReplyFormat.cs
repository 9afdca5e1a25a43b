namespace Gyre.Evaluation.Judges;

/// <summary>What a judge's client is told about the form of replies. All replies are read with the same care.</summary>
public enum JudgeReplyFormat
{
    /// <summary>The JSON schema: local models are held to it token by token.</summary>
    Schema,

    /// <summary>That the reply is JSON.</summary>
    Json,

    /// <summary>Nothing beside the words of the prompt, for services without response formats.</summary>
    Text,
}
