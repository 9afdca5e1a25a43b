namespace Gyre.Registry.Ratings;

/// <summary>What may be answered to a question.</summary>
public enum RatingQuestionKind
{
    /// <summary>A number from 1 on, the more the better.</summary>
    Scale,

    /// <summary>One of some labels without an order.</summary>
    Labels,

    /// <summary>Yes or no.</summary>
    YesNo,

    /// <summary>Which of two outputs is better: one of them, neither, or neither as both are bad.</summary>
    Preference,
}
