using System.Text.Json;
using Gyre.Server.Hosting;

namespace Gyre.Server.Experiments;

/// <summary>The numbers of a benchmark as its <c>benchmark.json</c> holds them.</summary>
public sealed record BenchmarkFile
{
    private const string KnownFormat = "gyre-benchmark-1";
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { MaxDepth = 8, AllowDuplicateProperties = false };

    /// <summary>The format's name and version.</summary>
    public string Format { get; init; } = "";

    /// <summary>What was run.</summary>
    public required BenchmarkPart Benchmark { get; init; }

    /// <summary>On what.</summary>
    public required ModelPart Model { get; init; }

    /// <summary>How it was asked.</summary>
    public required RunPart Run { get; init; }

    /// <summary>How many items there were, and how many have a result.</summary>
    public required ItemsPart Items { get; init; }

    /// <summary>The numbers over all items; the first is the headline.</summary>
    public required IReadOnlyList<MeasurePart> Metrics { get; init; }

    /// <summary>The headline of each subject.</summary>
    public IReadOnlyList<MeasurePart> Subjects { get; init; } = [];

    /// <summary>The files of its data.</summary>
    public IReadOnlyList<FilePart> Files { get; init; } = [];

    /// <summary>The file itself, for programs.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public JsonElement Raw { get; init; }

    /// <summary>The view from seven sides that this run is part of; null without one.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public HelmFile? Helm { get; init; }

    /// <exception cref="ServerException">SRV0186: it is no result of a benchmark.</exception>
    public static BenchmarkFile Read(byte[] json, string path)
    {
        try
        {
            var file = JsonSerializer.Deserialize<BenchmarkFile>(json, Options);
            if (file is { Format: KnownFormat, Benchmark: not null, Model: not null, Run: not null, Items: not null, Metrics.Count: > 0 })
            {
                using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
                return file with { Raw = document.RootElement.Clone() };
            }

            throw new ServerException("SRV0186", $"Reading the result of a benchmark failed: found the format '{(file is null ? "none" : Clip(file.Format))}', expected '{KnownFormat}'. File: {path}. Run the benchmark again.");
        }
        catch (JsonException error)
        {
            throw new ServerException("SRV0186", $"Reading the result of a benchmark failed: it is not the JSON that a benchmark leaves, at '{Clip(error.Path ?? "")}'. File: {path}. Run the benchmark again.", error);
        }
    }

    /// <summary>The same with the view that it is part of, when that is of the same model and benchmark.</summary>
    public BenchmarkFile With(HelmFile? helm) => helm is not null && helm.Benchmark == Benchmark.Name && helm.Model?.Digest == Model.Digest ? this with { Helm = helm } : this;

    private static string Clip(string text) => text.Length <= 80 ? text : text[..80] + "…";

    /// <summary>What was run.</summary>
    /// <param name="Name">The benchmark's name.</param>
    /// <param name="Title">The name that people use.</param>
    /// <param name="Version">The version of its definition.</param>
    /// <param name="Digest">The digest of its definition.</param>
    /// <param name="Task">What a model does for an item.</param>
    /// <param name="Licence">Under which the data are given out.</param>
    /// <param name="Home">Where the data come from.</param>
    /// <param name="Paper">Where it was published.</param>
    public sealed record BenchmarkPart(string Name, string Title, int Version, string Digest, string Task, string Licence, string Home, PaperPart? Paper);

    /// <summary>Where a benchmark was published.</summary>
    /// <param name="Title">The paper's title.</param>
    /// <param name="Authors">Its authors.</param>
    /// <param name="Year">The year.</param>
    /// <param name="Reference">Where it is found.</param>
    public sealed record PaperPart(string Title, string Authors, int Year, string Reference);

    /// <summary>A model.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Digest">A digest of everything that decides its answers.</param>
    public sealed record ModelPart(string Name, string Digest);

    /// <summary>How a benchmark was asked.</summary>
    /// <param name="Shots">Examples before each question.</param>
    /// <param name="ByGeneration">True when choices were named by letter.</param>
    /// <param name="Seed">Chose examples and orders.</param>
    /// <param name="Limit">The most items of a subject; null for all.</param>
    /// <param name="Perturbation">How questions were changed; null when they were not.</param>
    /// <param name="Subjects">The subjects that were chosen; null or empty for all.</param>
    /// <param name="Seconds">How long it took.</param>
    public sealed record RunPart(int Shots, bool ByGeneration, ulong Seed, int? Limit, string? Perturbation, IReadOnlyList<string>? Subjects, double Seconds);

    /// <summary>How many items have a result.</summary>
    /// <param name="Total">All items.</param>
    /// <param name="Answered">Those with a result.</param>
    /// <param name="Undefined">Those without, by reason.</param>
    public sealed record ItemsPart(long Total, long Answered, IReadOnlyDictionary<string, long>? Undefined);

    /// <summary>A number with its interval.</summary>
    /// <param name="Name">The measure, or the subject.</param>
    /// <param name="Direction"><c>higher</c> or <c>lower</c>: which end is the good one.</param>
    /// <param name="Unit">How it is printed.</param>
    /// <param name="Value">The number; null when there is none.</param>
    /// <param name="Undefined">Why there is none.</param>
    /// <param name="Low">The lower end of its interval.</param>
    /// <param name="High">The upper end.</param>
    /// <param name="Confidence">The interval's confidence.</param>
    /// <param name="Method">How the interval was made.</param>
    /// <param name="Items">Items that it is made of.</param>
    public sealed record MeasurePart(string Name, string Direction, string Unit, double? Value, string? Undefined, double? Low, double? High, double? Confidence, string? Method, long Items);

    /// <summary>A file of a benchmark's data.</summary>
    /// <param name="Split">The split that it belongs to.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Bytes">Its length.</param>
    /// <param name="Sha256">Its digest.</param>
    public sealed record FilePart(string Split, string Name, long Bytes, string Sha256);
}
