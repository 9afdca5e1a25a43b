namespace Gyre.Models.Generation;

/// <summary>What a piece of an answer is.</summary>
public enum AnswerPartKind
{
    /// <summary>Text, with the log-probabilities of its tokens.</summary>
    Text,

    /// <summary>A call begins: its place, id and name.</summary>
    CallBegin,

    /// <summary>More of a call's arguments.</summary>
    CallArguments,

    /// <summary>The call is whole.</summary>
    CallEnd,

    /// <summary>The call broke off; the text is what the model wrote of it.</summary>
    CallBroken,

    /// <summary>The answer ends.</summary>
    Finish,
}
