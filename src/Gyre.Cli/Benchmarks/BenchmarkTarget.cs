namespace Gyre.Cli.Benchmarks;

/// <summary>What benchmarks are run on.</summary>
/// <param name="Model">A model's reference; unused with an address.</param>
/// <param name="Adapter">Its adapter; null for none.</param>
/// <param name="Url">A server's address; null for a model of this process.</param>
/// <param name="Key">The server's key; null for none.</param>
/// <param name="ServedModel">The model's name on the server.</param>
/// <param name="Judge">The reference of a model that judges; null for none.</param>
/// <param name="UsesLetters">True when choices are named by letter.</param>
/// <param name="AllowsUnconfined">True when programs may run where the system confines them to nothing.</param>
/// <param name="Out">Where answers are kept; null to keep nothing.</param>
internal sealed record BenchmarkTarget(
    string Model, string? Adapter, string? Url, string? Key, string ServedModel, string? Judge, bool UsesLetters, bool AllowsUnconfined, string? Out);
