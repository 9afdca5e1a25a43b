namespace Gyre.Training.Curation.Synthesis;

/// <summary>How records are written by a model. Immutable.</summary>
public sealed record SynthesisOptions
{
    /// <summary>What records and reports call it.</summary>
    public required string Name { get; init; }

    /// <summary>What the model is asked to write.</summary>
    public SynthesisMethod Method { get; init; } = SynthesisMethod.Instructions;

    /// <summary>The model's name; records have the source <c>synthetic:</c> and it.</summary>
    public required string Model { get; init; }

    /// <summary>Sources whose records are the seeds, by name.</summary>
    public IReadOnlyList<string> Seeds { get; init; } = [];

    /// <summary>How many records are wanted.</summary>
    /// <remarks>Units: records, 1 to 1,000,000.</remarks>
    public int Count { get; init; } = 100;

    /// <summary>The licence of what is written: that of the seeds and of the model's output, which the user must know.</summary>
    public string Licence { get; init; } = "";

    /// <summary>How many seeds stand in a prompt for instructions.</summary>
    /// <remarks>Units: 1 to 20; default 4.</remarks>
    public int Shots { get; init; } = 4;

    /// <summary>How often the model may be asked for one record.</summary>
    /// <remarks>Units: 1 to 20; default 3.</remarks>
    public int Attempts { get; init; } = 3;

    /// <summary>Records in a row that may fail all their attempts before the generation ends with what it has.</summary>
    /// <remarks>Units: default 20.</remarks>
    public int MostFailuresInARow { get; init; } = 20;

    /// <summary>The highest ROUGE-L to any prompt of the pool of seeds and accepted records.</summary>
    /// <remarks>Units: 0 to 1; default 0.7, as in self-instruct; 1 for no bound.</remarks>
    public double MostSimilarity { get; init; } = 0.7;

    /// <summary>The sampling temperature.</summary>
    public double Temperature { get; init; } = 0.8;

    /// <summary>The most tokens of a reply.</summary>
    public int MostTokens { get; init; } = 400;

    /// <summary>The least words of a prompt and of an answer; default 3 and 1.</summary>
    public (int Prompt, int Answer) LeastWords { get; init; } = (3, 1);

    /// <summary>The most words of a prompt and of an answer; default 150 and 600.</summary>
    public (int Prompt, int Answer) MostWords { get; init; } = (150, 600);

    /// <summary>How a record is checked by asking again.</summary>
    public SynthesisCheck Check { get; init; }

    /// <summary>The judge's name; empty for the model itself.</summary>
    public string Judge { get; init; } = "";

    /// <summary>The least word overlap (F1) of the two answers of a round trip; default 0.5.</summary>
    public double LeastAgreement { get; init; } = 0.5;

    /// <summary>Decides which seeds stand in which prompt.</summary>
    public ulong Seed { get; init; } = 1;
}
