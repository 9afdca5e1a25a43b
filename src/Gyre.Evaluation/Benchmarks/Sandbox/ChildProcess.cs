using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Gyre.Evaluation.Benchmarks.Sandbox;

/// <summary>Runs a process with bounded output and time; all that it started ends with it.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Starts a process, feeds it, and waits for its end or its time.</summary>
    /// <param name="start">What to start.</param>
    /// <param name="time">How long it may run.</param>
    /// <param name="mostCharacters">Characters of each stream that are kept; the rest is read and dropped.</param>
    /// <param name="clock">Times it.</param>
    /// <param name="cancellationToken">Kills it.</param>
    public static async Task<ChildEnd> RunAsync(ChildStart start, TimeSpan time, int mostCharacters, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = Describe(start) };
        try
        {
            process.Start();
        }
        catch (Win32Exception error)
        {
            return new ChildEnd(-1, "", "", IsTimedOut: false, error.Message);
        }

        var output = ReadAsync(process.StandardOutput, mostCharacters);
        var errors = ReadAsync(process.StandardError, mostCharacters);
        var isTimedOut = false;
        using var limit = new CancellationTokenSource(time, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await WriteAsync(process, start.Input, either.Token);
            await process.WaitForExitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            isTimedOut = !cancellationToken.IsCancellationRequested;
        }
        finally
        {
            Kill(process);
        }

        await process.WaitForExitAsync(CancellationToken.None);
        var texts = await Task.WhenAll(Soon(output, clock), Soon(errors, clock));
        cancellationToken.ThrowIfCancellationRequested();
        return new ChildEnd(process.ExitCode, texts[0], texts[1], isTimedOut, null);
    }

    private static ProcessStartInfo Describe(ChildStart start)
    {
        var description = new ProcessStartInfo(start.Program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        foreach (var argument in start.Arguments)
        {
            description.ArgumentList.Add(argument);
        }

        if (!start.KeepsEnvironment)
        {
            var path = Environment.GetEnvironmentVariable("PATH");
            description.Environment.Clear();
            description.Environment["PATH"] = path ?? "/usr/bin:/bin";
            if (Environment.GetEnvironmentVariable("SYSTEMROOT") is { } root)
            {
                description.Environment["SYSTEMROOT"] = root;
            }
        }

        return description;
    }

    private static async Task WriteAsync(Process process, string input, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it had read everything; how it ended says the rest.
        }
    }

    /// <summary>Ends the process and what it started, as far as it can be found; a process namespace ends as a whole.</summary>
    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended already.
            Debug.WriteLine(error.Message);
        }
    }

    private static async Task<string> ReadAsync(StreamReader reader, int most)
    {
        var text = new StringBuilder();
        var buffer = new char[4096];
        int count;
        while ((count = await reader.ReadAsync(buffer)) > 0)
        {
            text.Append(buffer, 0, Math.Min(count, Math.Max(0, most - text.Length)));
        }

        return text.ToString();
    }

    /// <summary>What was read, unless something that escaped keeps the stream open.</summary>
    private static async Task<string> Soon(Task<string> reading, TimeProvider clock)
    {
        try
        {
            return await reading.WaitAsync(Grace, clock);
        }
        catch (TimeoutException)
        {
            return "";
        }
    }
}
