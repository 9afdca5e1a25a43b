using System.Text.RegularExpressions;
using Gyre.Training.Curation.Records;

namespace Gyre.Training.Curation.Filtering;

/// <summary>Drops records by regular expressions.</summary>
/// <remarks>Cost: linear in the text: expressions run without backtracking, or end after a second.</remarks>
public sealed class PatternFilter : IRecordFilter
{
    private readonly Regex _pattern;
    private readonly bool _drops;
    private readonly string _role;

    /// <summary>A filter by an expression.</summary>
    /// <param name="name">Its name in reports.</param>
    /// <param name="pattern">The expression, from <see cref="Compile"/>.</param>
    /// <param name="drops">True to drop what matches, false to drop what does not.</param>
    /// <param name="role">The role of the parts that are looked at; empty for the whole record.</param>
    public PatternFilter(string name, Regex pattern, bool drops, string role = "")
    {
        ArgumentNullException.ThrowIfNull(pattern);
        (Name, _pattern, _drops, _role) = (name, pattern, drops, role);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>An expression that cannot run away: without backtracking where it can, else with a time limit of a second.</summary>
    /// <exception cref="ArgumentException">It is no regular expression.</exception>
    public static Regex Compile(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, TimeSpan.FromSeconds(1));
        }
        catch (NotSupportedException)
        {
            return new Regex(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
    }

    /// <inheritdoc/>
    public Rejection? Reject(CurationRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        try
        {
            var match = record.Parts.Where(part => _role.Length == 0 || part.Role == _role).Select(part => _pattern.Match(part.Text)).FirstOrDefault(match => match.Success);
            return (match is not null, _drops) switch
            {
                (true, true) => new Rejection($"pattern.{Name}", $"found '{Excerpt(match!.Value)}'"), // The first value says that there is one.
                (false, false) => new Rejection($"pattern.{Name}", "the expression matches nowhere"),
                _ => null,
            };
        }
        catch (RegexMatchTimeoutException)
        {
            return new Rejection($"pattern.{Name}", "the expression ran longer than a second");
        }
    }

    private static string Excerpt(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
