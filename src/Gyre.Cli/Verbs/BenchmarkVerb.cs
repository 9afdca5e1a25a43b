using System.CommandLine;
using Gyre.Evaluation.Benchmarks;
using Spectre.Console;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre benchmark</c>: published benchmarks on any model; alone it lists them.</summary>
internal sealed class BenchmarkVerb() : Verb("benchmark", "Run published benchmarks on a model or a server; alone, list them.")
{
    protected override IReadOnlyList<string> Examples =>
    [
        "gyre benchmark list",
        "gyre benchmark show mmlu",
        "gyre benchmark run arc-challenge boolq --data ./data --out results",
        "gyre benchmark helm arc-challenge --data ./data/arc --model my-model.gguf",
    ];

    protected override IReadOnlyList<Verb> Verbs => [new BenchmarkListVerb(), new BenchmarkShowVerb(), new BenchmarkRunVerb(), new BenchmarkHelmVerb()];

    protected override void Configure(Command command)
    {
    }

    protected override Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        BenchmarkListVerb.Print(terminal, parse.GetValue(Json));
        return Task.FromResult(ExitCode.Success);
    }
}
