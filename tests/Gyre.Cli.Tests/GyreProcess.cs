using System.Diagnostics;
using Gyre.TestSupport;

namespace Gyre.Cli.Tests;

/// <summary>Runs the real command as a process of its own.</summary>
internal static class GyreProcess
{
    private static readonly string Assembly = Path.Combine(AppContext.BaseDirectory, "gyre.dll");

    public static async Task<Outcome> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        return await FinishAsync(process);
    }

    /// <summary>Reads what the process still writes until it ends by itself; one that does not is killed.</summary>
    public static async Task<Outcome> FinishAsync(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(300));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        finally
        {
            Kill(process);
        }

        return new Outcome(process.ExitCode, await output, await error);
    }

    /// <summary>Sends a signal by its name: INT is what Ctrl-C sends.</summary>
    public static async Task SignalAsync(Process process, string signal)
    {
        if (signal == "INT" && IgnoresInterrupts(process.Id))
        {
            Kill(process);
            Assert.Skip("These tests were started with SIGINT ignored (as '&' in a script does), and what they start inherits that.");
        }

        using var kill = Process.Start("kill", ["-" + signal, process.Id.ToString()]);
        await kill.WaitForExitAsync();
        kill.ExitCode.ShouldBe(0);
    }

    /// <summary>Ends a process that is still there, whatever state it is in.</summary>
    public static void Kill(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }
    }

    public static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            WorkingDirectory = TestData.RepositoryRoot,
        };
        start.ArgumentList.Add(Assembly);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start) ?? throw new InvalidOperationException("The process did not start.");
    }

    /// <summary>Linux tells the ignored signals of a process as a mask; elsewhere none are assumed.</summary>
    public static bool IgnoresInterrupts(int processId)
    {
        const string Label = "SigIgn:";
        const ulong Interrupt = 1 << 1;
        var path = $"/proc/{processId}/status";
        return File.Exists(path)
            && File.ReadLines(path).FirstOrDefault(line => line.StartsWith(Label, StringComparison.Ordinal)) is { } ignored
            && (Convert.ToUInt64(ignored[Label.Length..].Trim(), 16) & Interrupt) != 0;
    }

    public sealed record Outcome(int ExitCode, string Output, string Error);
}
