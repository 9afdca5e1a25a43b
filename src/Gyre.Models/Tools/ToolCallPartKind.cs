namespace Gyre.Models.Tools;

/// <summary>What a piece of an answer is.</summary>
public enum ToolCallPartKind
{
    /// <summary>Plain text of the answer.</summary>
    Text,

    /// <summary>A call begins; the text is the function's name.</summary>
    Begin,

    /// <summary>The next piece of the running call's arguments.</summary>
    Arguments,

    /// <summary>The running call is whole: its pieces together are a JSON object.</summary>
    End,

    /// <summary>The running call broke off; the text is all of it as the model wrote it.</summary>
    Broken,
}
