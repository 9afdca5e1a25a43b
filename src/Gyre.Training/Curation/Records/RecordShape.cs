namespace Gyre.Training.Curation.Records;

/// <summary>What a training record is made of.</summary>
public enum RecordShape
{
    /// <summary>One text; its part has the role <c>text</c>.</summary>
    Text,

    /// <summary>A prompt and what should follow it: <c>prompt</c>, <c>completion</c>.</summary>
    Completion,

    /// <summary>Messages in their order; the roles are those of the messages: <c>system</c>, <c>user</c>, <c>assistant</c>.</summary>
    Conversation,

    /// <summary>Two answers, the better one first: <c>prompt</c> (may be missing), <c>chosen</c>, <c>rejected</c>.</summary>
    Preference,
}
