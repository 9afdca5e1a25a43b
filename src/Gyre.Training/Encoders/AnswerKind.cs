namespace Gyre.Training.Encoders;

/// <summary>Kinds of answers that can be told by their shape and by what stands before them.</summary>
internal enum AnswerKind
{
    /// <summary>A year, a month, a century.</summary>
    Time,

    /// <summary>A count with the thing that is counted behind it, or a measure.</summary>
    Number,

    /// <summary>A share of a hundred.</summary>
    Percentage,

    /// <summary>A sum of money.</summary>
    Money,

    /// <summary>Capitalised words behind a preposition of place.</summary>
    Place,

    /// <summary>Capitalised words that something is done by, or that do something.</summary>
    Person,

    /// <summary>Other capitalised words.</summary>
    Name,

    /// <summary>A run of other words that say something.</summary>
    Thing,

    /// <summary>What follows "because" and its like.</summary>
    Reason,

    /// <summary>What follows "by" with a verb's -ing form.</summary>
    Means,
}
