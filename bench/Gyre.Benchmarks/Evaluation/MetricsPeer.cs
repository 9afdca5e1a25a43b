using System.Diagnostics;
using System.Globalization;

namespace Gyre.Benchmarks.Evaluation;

/// <summary>NLTK in a process of its own, which measures rows when it is told to (bench/peers/metrics_nltk.py).</summary>
internal sealed class MetricsPeer : IDisposable
{
    private readonly Process _process;

    private MetricsPeer(Process process, string greeting)
    {
        _process = process;
        Greeting = greeting;
    }

    /// <summary>What the peer said about itself.</summary>
    public string Greeting { get; }

    /// <summary>Starts the peer; null with a reason when it cannot run.</summary>
    public static MetricsPeer? TryStart(string python, string script, string rows, out string reason)
    {
        var start = new ProcessStartInfo(python, [script, rows]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        Process? process = null;
        try
        {
            process = Process.Start(start) ?? throw new InvalidOperationException("no process started");
            reason = "";
            return process.StandardOutput.ReadLine() is { } greeting && greeting.StartsWith("ready", StringComparison.Ordinal)
                ? new MetricsPeer(process, greeting["ready ".Length..])
                : throw new InvalidOperationException("it ended without a greeting; see its message above");
        }
        catch (Exception error) when (error is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            process?.Dispose();
            reason = $"The NLTK peer cannot run ({error.Message}); on Debian: apt-get install python3-nltk, and --peer /usr/bin/python3.";
            return null;
        }
    }

    /// <summary>Measures the first rows and returns the seconds it took; writes the values where a path is given.</summary>
    public double Run(string metric, int rows, string path)
    {
        _process.StandardInput.WriteLine($"{metric} {rows} {path}".TrimEnd());
        _process.StandardInput.Flush();
        return double.Parse(_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The NLTK peer ended."), CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
