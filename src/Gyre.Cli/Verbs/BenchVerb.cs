using System.CommandLine;
using System.Runtime.Intrinsics;
using Gyre.Cli.Bench;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Measurement;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;
using Spectre.Console;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre bench</c>: a model's speed by prompt length, number of streams and threads, beside a peer's when one is given.</summary>
internal sealed class BenchVerb() : Verb("bench", "Measure a model's prompt and generation speed, by streams and threads, also in turn with llama.cpp.")
{
    private readonly Argument<string> _model = new("model")
    {
        Description = "An installed model, an alias, a path or 'default'.", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => CliModels.Default,
    };

    private readonly Option<string?> _data = NewDataOption();
    private readonly Option<int[]> _threads = Numbers("--threads", "Numbers of threads to measure with (default: one, and one a core).");
    private readonly Option<int[]> _prompt = Numbers("--prompt", "Prompt lengths in tokens (default: 128,512).");
    private readonly Option<int> _generate = new("--generate") { Description = "Tokens to generate.", HelpName = "N", DefaultValueFactory = _ => 128 };
    private readonly Option<int[]> _streams = Numbers("--streams", "Numbers of streams that generate together (default: 1,4,8,16).");
    private readonly Option<int> _rounds = new("--rounds") { Description = "How often everything is measured.", HelpName = "N", DefaultValueFactory = _ => 5 };
    private readonly Option<string> _cache = CacheFormat.NewOption();
    private readonly Option<string?> _peer = new("--peer") { Description = "llama.cpp's llama-bench (with llama-batched-bench beside it), or their folder; run in turn on the same GGUF file.", HelpName = "PATH" };

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre bench",
        "gyre bench my-model.gguf --threads 1,2 --streams 1,4,8,16,32 --rounds 7",
        "gyre bench my-model.gguf --peer ~/llama.cpp/build/bin --json",
    ];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_model);
        foreach (var option in (Option[])[_data, _threads, _prompt, _generate, _streams, _rounds, _cache, _peer])
        {
            command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        var threads = Positive(parse, _threads, [.. new[] { 1, Environment.ProcessorCount }.Distinct()]);
        var prompts = Positive(parse, _prompt, [128, 512]);
        var streams = Positive(parse, _streams, [1, 4, 8, 16]);
        var (generated, rounds) = (Positive(parse, _generate), Positive(parse, _rounds));
        var format = CacheFormat.Read(parse, _cache);
        using var models = new CliModels(DataFolder.Resolve(parse.GetValue(_data)));
        var reference = parse.GetValue(_model)!; // The argument has a default.
        var folder = models.Resolve(models.FindAlias(reference)?.Model ?? reference);
        var peer = parse.GetValue(_peer) is { } path ? new PeerBench(path) : null;
        if (peer is not null && folder.Format != ModelFormat.Gguf)
        {
            throw new CliException("CLI0002", $"--peer: llama.cpp reads GGUF files, and '{folder.Path}' is a {folder.Format} model. Convert it first: 'gyre quantize'.");
        }

        SpeedTest[] tests =
        [
            .. prompts.Select(length => new SpeedTest(SpeedTestKind.Prompt, length, 1)),
            .. streams.Select(count => new SpeedTest(SpeedTestKind.Generation, generated, count)),
        ];
        var digest = await ModelDigest.ComputeAsync(folder, cancellationToken);
        var rows = new List<SpeedRow>();
        foreach (var count in threads)
        {
            rows.AddRange(await MeasureAsync(folder, tests, count, rounds, format, peer, terminal, cancellationToken));
        }

        if (parse.GetValue(Json))
        {
            terminal.WriteJson(new
            {
                model = folder.Path,
                sha256 = digest,
                weight_bytes = folder.WeightBytes,
                machine = Machine(),
                cache = format.ToString().ToLowerInvariant(),
                rounds,
                peer = peer?.Version,
                results = rows.Select(row => new
                {
                    test = row.Test.ToString(), tokens = row.Test.Tokens, streams = row.Test.Streams, threads = row.Threads,
                    tokens_per_second = row.Ours, peer_tokens_per_second = row.Peer.Select(value => (double?)(double.IsNaN(value) ? null : value)), ratio = row.Ratio is { } ratio && !double.IsNaN(ratio) ? ratio : (double?)null,
                }),
            });
        }
        else
        {
            Print(terminal, rows, $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(folder.Path))}, {folder.WeightBytes / 1048576.0:0.0} MiB, sha256 {digest[..12]}", peer?.Version, rounds);
        }

        return ExitCode.Success;
    }

    private static async Task<List<SpeedRow>> MeasureAsync(
        ModelFolder folder, SpeedTest[] tests, int threads, int rounds, KeyValueFormat cache, PeerBench? peer, Terminal terminal, CancellationToken cancellationToken)
    {
        using var team = new ThreadTeam(threads);
        using var decoder = ModelLoader.LoadDecoder(folder, new DecoderOptions { Team = team, CacheFormat = cache });
        var speed = new DecoderSpeed(decoder, TimeProvider.System);
        var rows = tests.Select(test => new SpeedRow(test, threads)).ToList();
        await terminal.RichError.Progress().AutoClear(true).StartAsync(async progress =>
        {
            var task = progress.AddTask($"{threads} thread(s)", maxValue: (rounds + 1) * tests.Length);
            for (var round = 0; round <= rounds; round++)
            {
                foreach (var row in rows)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var sample = speed.Measure(row.Test, cancellationToken);
                    if (round > 0)
                    {
                        // The first round warms up.
                        row.Ours.Add(sample);
                    }

                    task.Increment(1);
                }

                if (peer is not null && round > 0)
                {
                    var others = await peer.RunAsync(folder.Path, tests, threads, cancellationToken);
                    for (var i = 0; i < rows.Count; i++)
                    {
                        rows[i].Peer.Add(others[i]);
                    }
                }
            }
        });
        return rows;
    }

    private static void Print(Terminal terminal, List<SpeedRow> rows, string model, string? peer, int rounds)
    {
        terminal.Output.WriteLine($"{model}; {Machine()}; {rounds} rounds{(peer is null ? "" : " in turn with the peer")}, median (range), tokens/s of all streams together.");
        var table = new Table().Border(TableBorder.Simple).AddColumn("test").AddColumn(new TableColumn("threads").RightAligned()).AddColumn(new TableColumn("tokens/s").RightAligned());
        if (peer is not null)
        {
            table.AddColumn(new TableColumn(Markup.Escape(peer)).RightAligned()).AddColumn(new TableColumn("ratio").RightAligned());
        }

        foreach (var row in rows)
        {
            List<string> cells = [row.Test.ToString(), $"{row.Threads}", SpeedRow.Shown(row.Ours)];
            if (peer is not null)
            {
                cells.AddRange(row.Ratio is { } ratio && !double.IsNaN(ratio) ? [SpeedRow.Shown(row.Peer), $"{ratio:0.00}"] : ["not measured by it", "–"]);
            }

            table.AddRow([.. cells]);
        }

        terminal.Rich.Write(table);
    }

    private static string Machine() =>
        $"{Environment.ProcessorCount} cores, {(Vector512.IsHardwareAccelerated ? "512" : Vector256.IsHardwareAccelerated ? "256" : "128")}-bit vectors";

    private static Option<int[]> Numbers(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "N,N",
        CustomParser = result =>
        {
            var numbers = new List<int>();
            foreach (var part in result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.TrimEntries)))
            {
                if (!int.TryParse(part, out var number))
                {
                    result.AddError($"{name} holds '{part}'; expected whole numbers with commas between them.");
                    return [];
                }

                numbers.Add(number);
            }

            return [.. numbers];
        },
    };

    private static int[] Positive(ParseResult parse, Option<int[]> option, int[] fallback)
    {
        var numbers = parse.GetValue(option) is { Length: > 0 } given ? given : fallback;
        return numbers.All(number => number >= 1) ? numbers : throw new CliException("CLI0002", $"{option.Name} holds {numbers.First(number => number < 1)}; expected numbers from 1 on.");
    }

    private static int Positive(ParseResult parse, Option<int> option) =>
        parse.GetValue(option) is >= 1 and var number ? number : throw new CliException("CLI0002", $"{option.Name} is {parse.GetValue(option)}; expected 1 or more.");
}
