namespace Gyre.Models.Encoders;

/// <summary>How the vectors of a text's tokens become one; several are put behind one another in the order of their values.</summary>
[Flags]
internal enum PoolingModes
{
    None = 0,

    /// <summary>The first token's.</summary>
    FirstToken = 1,

    /// <summary>The largest number in each place.</summary>
    Largest = 2,

    /// <summary>The mean.</summary>
    Mean = 4,

    /// <summary>The sum over the square root of the number of tokens.</summary>
    MeanOfRoot = 8,

    /// <summary>The mean with the weights 1, 2, 3 and so on.</summary>
    WeightedMean = 16,

    /// <summary>The last token's.</summary>
    LastToken = 32,
}
