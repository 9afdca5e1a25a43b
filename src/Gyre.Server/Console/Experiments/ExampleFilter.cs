using System.Globalization;
using Gyre.Evaluation.Reports.Examples;
using Gyre.Server.Http;

namespace Gyre.Server.Console.Experiments;

/// <summary>The filter of an experiment's examples, as its form writes it into the address.</summary>
/// <param name="Show">Which rows: <c>regressions</c> and so on; empty for all.</param>
/// <param name="Candidate">By this candidate only; empty for any.</param>
/// <param name="Metric">By this metric only; empty for any.</param>
/// <param name="Segment">Only rows of this part; empty for any.</param>
/// <param name="Text">Only rows that hold this; empty for any.</param>
/// <param name="From">How many rows are passed over.</param>
public sealed record ExampleFilter(string Show, string Candidate, string Metric, string Segment, string Text, long From)
{
    private const int PageSize = 20;
    private const int MostLetters = 1_000;
    private const int MostCharacters = 1_200;

    internal static IReadOnlyList<(string Value, string Label, RowKind Kind)> Kinds { get; } =
    [
        ("regressions", "Worse than the baseline", RowKind.Regressions),
        ("gains", "Better than the baseline", RowKind.Gains),
        ("failed", "Failed calls", RowKind.Failed),
        ("undefined", "Scores without a value", RowKind.Undefined),
    ];

    /// <summary>True when nothing is filtered.</summary>
    public bool IsEmpty => Show.Length + Candidate.Length + Metric.Length + Segment.Length + Text.Length == 0;

    /// <summary>True when rows come by the size of one difference.</summary>
    public bool IsBySize => Show is "regressions" or "gains" && Candidate.Length > 0 && Metric.Length > 0;

    internal static ExampleFilter Read(IQueryCollection query)
    {
        return new ExampleFilter(
            Value("show"), Value("candidate"), Value("metric"), Value("segment"), Value("text"),
            long.TryParse(Value("from"), NumberStyles.None, CultureInfo.InvariantCulture, out var from) ? from : 0);

        string Value(string name)
        {
            // Names may begin and end with blanks; only what people type is trimmed.
            var value = name == "text" ? query[name].ToString().Trim() : query[name].ToString();
            return value.Length <= MostLetters ? value : value[..MostLetters];
        }
    }

    /// <summary>The query for the rows. Errors: <see cref="ApiException"/> <c>SRV0135</c> for rows that are no kind.</summary>
    internal RowQuery ToQuery() => new()
    {
        Kind = Show.Length == 0 ? RowKind.All : Kinds.FirstOrDefault(kind => kind.Value == Show) is { Value: not null } known ? known.Kind
            : throw ApiException.Invalid("SRV0135", $"The rows to show are '{Show}'; expected {string.Join(", ", Kinds.Select(kind => kind.Value))} or none for all.", "show"),
        Candidate = OrNull(Candidate),
        Metric = OrNull(Metric),
        Segment = OrNull(Segment),
        Text = OrNull(Text),
        From = From,
        Take = PageSize,
        MostCharacters = MostCharacters,
    };

    internal string Link(string id, long from) => RunText.Address(
        $"/experiments/{Uri.EscapeDataString(id)}/examples",
        ("show", Show), ("candidate", Candidate), ("metric", Metric), ("segment", Segment), ("text", Text), ("from", from == 0 ? "" : from.ToString(CultureInfo.InvariantCulture)));

    private static string? OrNull(string value) => value.Length == 0 ? null : value;
}
