using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Gyre.Benchmarks.Tensors;

/// <summary>Times two or more actions in turn (A B A B …), so that a busy machine slows all of them alike.</summary>
internal static class Alternation
{
    /// <summary>Seconds per call, one row per action, one column per round.</summary>
    public static double[][] Run(int rounds, TimeSpan perSample, params Action[] actions)
    {
        var calls = new int[actions.Length];
        for (var i = 0; i < actions.Length; i++)
        {
            actions[i]();
            var once = Time(actions[i], 1);
            calls[i] = Math.Max(1, (int)(perSample.TotalSeconds / once));
        }

        var seconds = actions.Select(_ => new double[rounds]).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < actions.Length; i++)
            {
                // A peer's idle threads may still be spinning from its last call.
                Thread.Sleep(60);
                actions[i]();
                seconds[i][round] = Time(actions[i], calls[i]);
            }
        }

        return seconds;
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>Median and range of a figure per round, formatted.</summary>
    public static string Describe(IEnumerable<double> values, string format)
    {
        var all = values.ToArray();
        return $"{Median(all).ToString(format)} ({all.Min().ToString(format)}–{all.Max().ToString(format)})";
    }

    /// <summary>What else the machine does, as far as it tells.</summary>
    public static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Trim() : "unknown";

    /// <summary>The machine, the runtime and the state of the sources, for the head of a table.</summary>
    public static string Machine() =>
        $"{Processor()}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} processors, {RuntimeInformation.FrameworkDescription}; commit {Commit()}; load before: {Load()}";

    private static string Processor() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[^1].Trim() ?? "unknown processor"
        : "unknown processor";

    private static string Commit()
    {
        // The build writes the commit behind the version.
        var version = typeof(Alternation).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        return version?.Split('+') is [_, { Length: >= 7 } commit] ? commit[..7] : "unknown";
    }

    private static double Time(Action action, int calls)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < calls; i++)
        {
            action();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
    }
}
