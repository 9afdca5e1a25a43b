namespace Gyre.Models.Encoders;

/// <summary>What an English question asks for, as far as one of its words says it.</summary>
internal enum AskedKind
{
    /// <summary>Anything.</summary>
    Any,

    /// <summary>A time: when, which year, what century.</summary>
    Time,

    /// <summary>A count, a measure or a share: how many, how long, what percentage.</summary>
    Number,

    /// <summary>Somebody or some place: who, where, which city.</summary>
    Name,
}
