namespace Gyre.Orchestration.Retrieval;

/// <summary>Why a slice shares nothing with the one before it.</summary>
public enum OverlapGap
{
    /// <summary>It does share something.</summary>
    None,

    /// <summary>It is the first.</summary>
    First,

    /// <summary>No overlap was asked for.</summary>
    NotAsked,

    /// <summary>The slice before ends with one character of more UTF-16 units than the overlap; it is not cut apart.</summary>
    CharacterTooLong,

    /// <summary>The white space between the two would leave no room for anything new.</summary>
    SpaceTooLong,
}
