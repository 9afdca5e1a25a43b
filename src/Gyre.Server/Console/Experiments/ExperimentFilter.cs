using Gyre.Registry.Experiments;
using Gyre.Server.Http;

namespace Gyre.Server.Console.Experiments;

/// <summary>The filter of the list of experiments, as its form writes it into the address.</summary>
/// <param name="Name">Only runs whose name, dataset or candidates hold this; empty for any.</param>
/// <param name="Passed"><c>yes</c> or <c>no</c>; empty for any.</param>
/// <param name="Dataset">Only runs on this version of a dataset; empty for any.</param>
/// <param name="Before">Continues the list after the run of this id.</param>
public sealed record ExperimentFilter(string Name, string Passed, string Dataset, string Before)
{
    private const int PageSize = 50;
    private const int MostLetters = 200;

    /// <summary>True when nothing is filtered.</summary>
    public bool IsEmpty => Name.Length + Passed.Length + Dataset.Length == 0;

    internal static ExperimentFilter Read(IQueryCollection query)
    {
        return new ExperimentFilter(Value("name"), Value("passed"), Value("dataset"), Value("before"));

        string Value(string name)
        {
            var value = query[name].ToString().Trim();
            return value.Length <= MostLetters ? value : value[..MostLetters];
        }
    }

    /// <summary>The query for the store. Errors: <see cref="ApiException"/> <c>SRV0134</c> for a result that is none.</summary>
    internal ExperimentQuery ToQuery() => new()
    {
        Kind = ExperimentKind.Experiment,
        Name = OrNull(Name),
        DatasetDigest = OrNull(Dataset),
        Before = OrNull(Before),
        Passed = Passed switch
        {
            "" => null,
            "yes" => true,
            "no" => false,
            _ => throw ApiException.Invalid("SRV0134", $"The result is '{Passed}'; expected yes or no.", "passed"),
        },
        Limit = PageSize,
    };

    internal string Link(string before) => RunText.Address("/experiments", ("name", Name), ("passed", Passed), ("dataset", Dataset), ("before", before));

    private static string? OrNull(string value) => value.Length == 0 ? null : value;
}
