using Gyre.Contracts;

namespace Gyre.Evaluation.Experiments;

/// <summary>What rows are parted by: <c>task</c>, <c>family</c>, <c>subject</c> or a fact's name.</summary>
/// <param name="Name">The name.</param>
public sealed record SegmentKey(string Name)
{
    /// <summary>The row's part; "(none)" when it lacks the fact.</summary>
    public string Of(DatasetRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var part = Name switch
        {
            "task" => row.Task,
            "family" => row.Family,
            "subject" => row.Subject,
            _ => row.Facts.GetValueOrDefault(Name, ""),
        };
        return part.Length == 0 ? "(none)" : part;
    }
}
