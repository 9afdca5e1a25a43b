using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Gyre.Models.Encoders;
using Spectre.Console;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre doctor</c>: checks what Gyre needs of this machine, and says what to do about each fault.</summary>
internal sealed class DoctorVerb() : Verb("doctor", "Check this machine: runtime, processor, memory, data folder, port, models.")
{
    private const long WantedFreeBytes = 1L << 30;

    private readonly Option<string?> _data = NewDataOption();

    private readonly Option<int> _port = new("--port") { Description = "The port that 'gyre up' would use.", HelpName = "N", DefaultValueFactory = _ => 5080 };

    protected override IReadOnlyList<string> Examples =>
        ["gyre doctor", "gyre doctor --data ./data --port 8080 --json"];

    protected override void Configure(Command command)
    {
        command.Options.Add(_data);
        command.Options.Add(_port);
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        if (parse.GetValue(_port) is < IPEndPoint.MinPort or > IPEndPoint.MaxPort)
        {
            throw new CliException("CLI0002", $"--port is {parse.GetValue(_port)}; expected {IPEndPoint.MinPort} to {IPEndPoint.MaxPort}.");
        }

        var dataFolder = DataFolder.Resolve(parse.GetValue(_data));
        var checks = new List<Check>
        {
            new("runtime", Verdict.Good, $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription} ({RuntimeInformation.ProcessArchitecture})", ""),
            Processor(),
            Memory(),
            Folder(dataFolder),
            Port(parse.GetValue(_port)),
        };
        checks.AddRange(await ModelsAsync(dataFolder, cancellationToken));
        if (parse.GetValue(Json))
        {
            terminal.WriteJson(new { checks = checks.Select(check => new { check.Name, Verdict = check.Verdict.ToString().ToLowerInvariant(), check.Found, check.Advice }) });
        }
        else
        {
            Print(terminal, checks);
        }

        return checks.Exists(check => check.Verdict == Verdict.Bad) ? ExitCode.Negative : ExitCode.Success;
    }

    private static Check Processor()
    {
        var sets = Vector512.IsHardwareAccelerated && Avx512BW.IsSupported ? "AVX-512"
            : Vector256.IsHardwareAccelerated ? "256-bit vectors"
            : Vector128.IsHardwareAccelerated ? "128-bit vectors"
            : "no vectors";
        return new Check(
            "processor",
            sets == "no vectors" ? Verdict.Fair : Verdict.Good,
            $"{Environment.ProcessorCount} cores, {sets}",
            sets == "no vectors" ? "Everything works, slowly: the scalar kernels are used." : "");
    }

    private static Check Memory()
    {
        var bytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return new Check("memory", bytes < WantedFreeBytes ? Verdict.Fair : Verdict.Good, $"{bytes / (double)(1 << 30):0.0} GiB for this process", bytes < WantedFreeBytes ? "Models above a few hundred MB will not fit." : "");
    }

    private static Check Folder(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            var probe = Path.Combine(path, ".doctor");
            File.WriteAllText(probe, "writable");
            File.Delete(probe);
            var free = new DriveInfo(Path.GetFullPath(path)).AvailableFreeSpace;
            return new Check(
                "data folder",
                free < WantedFreeBytes ? Verdict.Fair : Verdict.Good,
                $"{path}, {free / (double)(1 << 30):0.0} GiB free",
                free < WantedFreeBytes ? "Free some space: traces and models are written here." : "");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new Check("data folder", Verdict.Bad, error.Message, "Choose a writable folder with --data or GYRE_DATA.");
        }
    }

    private static Check Port(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return new Check("port", Verdict.Good, $"127.0.0.1:{port} is free", "");
        }
        catch (SocketException error)
        {
            return new Check("port", Verdict.Fair, $"127.0.0.1:{port}: {error.Message}", "Another program (or Gyre itself) listens there; 'gyre up --port N' takes another.");
        }
    }

    private static async Task<IReadOnlyList<Check>> ModelsAsync(string dataFolder, CancellationToken cancellationToken)
    {
        var checks = new List<Check>();
        using var models = new CliModels(dataFolder);
        var found = models.Catalog.List().Select(installed => (installed.Name, installed.Path));
        found = [.. CliModels.BuiltIn, .. found];

        foreach (var (name, path) in found)
        {
            try
            {
                await using var model = await models.OpenAsync(path, cancellationToken);
                checks.Add(new Check($"model {name}", Verdict.Good, $"{path}, {model.Kind.ToText()}, sha256 {model.Digest[..12]}", ""));
            }
            catch (Contracts.GyreException error)
            {
                checks.Add(new Check($"model {name}", Verdict.Bad, $"{error.Code}: {error.Message}", "Fetch it again with 'gyre pull', or remove its folder."));
            }
        }

        return checks.Count > 0 ? checks : [new Check("models", Verdict.Fair, "none installed", "Fetch one with 'gyre pull' or train one with 'gyre train'.")];
    }

    private static void Print(Terminal terminal, List<Check> checks)
    {
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumn("").AddColumn("").AddColumn("");
        foreach (var check in checks)
        {
            var mark = check.Verdict switch { Verdict.Good => "[green]good[/]", Verdict.Fair => "[yellow]fair[/]", _ => "[red]bad[/]" };
            var advice = check.Advice.Length > 0 ? $"\n[dim]{Markup.Escape(check.Advice)}[/]" : "";
            table.AddRow(mark, Markup.Escape(check.Name), Markup.Escape(check.Found) + advice);
        }

        terminal.Rich.Write(table);
    }

    private enum Verdict
    {
        Good,
        Fair,
        Bad,
    }

    private sealed record Check(string Name, Verdict Verdict, string Found, string Advice);
}
