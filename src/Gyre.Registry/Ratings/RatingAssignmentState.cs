namespace Gyre.Registry.Ratings;

/// <summary>Where an assignment stands.</summary>
public enum RatingAssignmentState
{
    /// <summary>It is before the rater.</summary>
    Reserved,

    /// <summary>It is rated.</summary>
    Rated,

    /// <summary>The rater skipped it.</summary>
    Skipped,

    /// <summary>The rater did nothing for too long, and others took the place.</summary>
    Expired,
}
