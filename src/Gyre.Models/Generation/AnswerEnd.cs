namespace Gyre.Models.Generation;

/// <summary>Why an answer ended.</summary>
public enum AnswerEnd
{
    /// <summary>The model ended it.</summary>
    Stop,

    /// <summary>One of the request's stop texts came.</summary>
    StopText,

    /// <summary>The token limit or the end of the context.</summary>
    Length,

    /// <summary>The model called functions.</summary>
    ToolCalls,
}
