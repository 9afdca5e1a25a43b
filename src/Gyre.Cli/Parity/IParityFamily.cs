namespace Gyre.Cli.Parity;

/// <summary>Golden values of one source. A new family is its own file and one line in <see cref="ParityFamilies"/>.</summary>
internal interface IParityFamily
{
    /// <summary>The name that <c>--family</c> takes.</summary>
    string Name { get; }

    /// <summary>Paper or tool, with its version.</summary>
    string Source { get; }

    /// <summary>What is compared, in a phrase.</summary>
    string Compared { get; }

    /// <summary>True when the page shows every value, false when it shows groups.</summary>
    bool IsListed => false;

    /// <summary>What must be in the folder of reference data; empty for goldens that come with Gyre.</summary>
    IReadOnlyList<string> Needs => [];

    /// <summary>Computes everything anew.</summary>
    IEnumerable<ParityRow> Compute(ParityInput input);
}
