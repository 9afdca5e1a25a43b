using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gyre.Benchmarks.Tensors;

namespace Gyre.Benchmarks.Server;

/// <summary>
/// Verb <c>server-start</c>: from the start of a published <c>gyre up</c> until <c>/health/ready</c> answers 200, and
/// the memory that is resident when it is idle.
/// </summary>
internal static class ServerStart
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static int Run(string[] args)
    {
        var options = VerbOptions.Parse(args, "published", "starts", "idle", "out");
        var published = options.Text("published", "artifacts/gyre");
        var starts = options.Numbers("starts", "5")[0];
        var idle = TimeSpan.FromSeconds(options.Numbers("idle", "5")[0]);
        var program = Path.Combine(published, OperatingSystem.IsWindows() ? "gyre.exe" : "gyre");
        if (!File.Exists(program))
        {
            throw new FileNotFoundException($"Start the server: '{program}' is not there. Publish first: dotnet publish src/Gyre.Cli -c Release -o {published}.");
        }

        var table = new StringBuilder();
        table.AppendLine($"`{Path.GetFileName(program)} up`, published, default model; {starts} starts after one that makes the data folder; resident memory {idle.TotalSeconds:F0} s after the last answer.");
        table.AppendLine($"Machine: {Alternation.Machine()}.");
        table.AppendLine();
        table.AppendLine("| | first start | later starts, median (range) | wanted |");
        table.AppendLine("|---|---|---|---|");
        var folder = Directory.CreateTempSubdirectory("gyre-bench-").FullName;
        try
        {
            var figures = Enumerable.Range(0, starts + 1).Select(_ => Start(program, folder, idle)).ToArray();
            var later = figures.Skip(1).ToArray();
            table.AppendLine($"| ready, s | {figures[0].Seconds:F2} | {Alternation.Describe(later.Select(figure => figure.Seconds), "F2")} | 1.5 |");
            table.AppendLine($"| resident, MB | {figures[0].Megabytes:F0} | {Alternation.Describe(later.Select(figure => figure.Megabytes), "F0")} | 150 and the weights |");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        table.AppendLine();
        table.AppendLine($"Load after: {Alternation.Load()}.");
        options.Write(table.ToString());
        return 0;
    }

    private static (double Seconds, double Megabytes) Start(string program, string folder, TimeSpan idle)
    {
        var port = FreePort();
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in (string[])["up", "--port", port.ToString(), "--data", Path.Combine(folder, "data")])
        {
            start.ArgumentList.Add(argument);
        }

        var begun = Stopwatch.GetTimestamp();
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"'{program}' did not start.");
        try
        {
            var error = process.StandardError.ReadToEndAsync();
            _ = process.StandardOutput.ReadToEndAsync();
            using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            while (!IsReady(client))
            {
                if (process.HasExited || Stopwatch.GetElapsedTime(begun) > Patience)
                {
                    process.Kill(entireProcessTree: true);
                    throw new InvalidOperationException($"'{program} up' was not ready within {Patience.TotalSeconds:F0} s: {error.Result}");
                }

                Thread.Sleep(5);
            }

            var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
            Thread.Sleep(idle);
            process.Refresh();
            return (seconds, process.WorkingSet64 / 1e6);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
    }

    private static bool IsReady(HttpClient client)
    {
        try
        {
            using var answer = client.Send(new HttpRequestMessage(HttpMethod.Get, "/health/ready"));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            // Nobody listens yet.
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
