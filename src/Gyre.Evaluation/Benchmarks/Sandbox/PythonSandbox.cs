using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Benchmarks.Sandbox;

/// <summary>Runs programs that a model wrote in the user's Python, each in a process of its own with little to reach and limited means.</summary>
/// <remarks>
/// Each program gets an empty working folder, an empty environment, no input, bounded output, limits of time, memory, processes and
/// file sizes, and on Linux its own network, processes and files. What a system does not offer is said by <see cref="Isolation"/>.
/// A program that looks for the verdict's secret in Python's own frames can forge it: scores are for models, not for opponents.
/// <para>Owns: a slot for each program that runs at once. Safe for several threads.</para>
/// </remarks>
public sealed class PythonSandbox : IDisposable
{
    private const string Program = "python3";
    private const int ProbeSeconds = 20;
    private const string Nobody = "65534";
    private readonly SandboxLimits _limits;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _slots;
    private readonly string _python;

    private PythonSandbox(SandboxLimits limits, TimeProvider clock, string python, SandboxIsolation isolation, Undefined? absence)
    {
        (_limits, _clock, _python, Isolation, Absence) = (limits, clock, python, isolation, absence);
        _slots = new SemaphoreSlim(limits.Parallelism);
    }

    /// <summary>What keeps programs from the rest of the machine.</summary>
    public SandboxIsolation Isolation { get; }

    /// <summary>Why nothing can be run: Python is absent or does not start; null when programs run.</summary>
    public Undefined? Absence { get; }

    /// <summary>Looks for Python and for what the system offers, by running a small program.</summary>
    /// <param name="limits">What programs may use.</param>
    /// <param name="clock">Times them.</param>
    /// <param name="program">Python's name or path; null for <c>python3</c>.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>A sandbox, also where Python is absent: then no program is run and each result says why.</returns>
    public static async Task<PythonSandbox> OpenAsync(SandboxLimits limits, TimeProvider clock, string? program = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(clock);
        limits.Require();
        var none = new SandboxIsolation(false, false, false, false, false, false);
        var isSuperuser = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess;


        // Python's own path, so that wrappers which choose a version are passed by from then on.
        var name = program ?? Program;
        var found = await ChildProcess.RunAsync(new ChildStart(name, ["-I", "-c", "import sys; print(sys.executable)"], "", KeepsEnvironment: true), TimeSpan.FromSeconds(ProbeSeconds), 4096, clock, cancellationToken);
        var python = found.Output.Trim();
        if (found.ExitCode != 0 || !File.Exists(python))
        {
            return new PythonSandbox(limits, clock, name, none, new Undefined(UndefinedCause.MissingInput, $"'{name}' is absent or does not start ({found.Fault ?? $"it ended with {found.ExitCode}"}); install Python 3 to run programs"));
        }

        // The number of the superuser's processes is not limited by any system: its programs run as nobody where nobody can read Python.
        var trials = new[]
        {
            new SandboxIsolation(true, true, true, false, false, HasFewProcesses: true), new SandboxIsolation(true, true, true, false, false, false),
            new SandboxIsolation(true, true, false, false, false, false), none,
        };
        foreach (var wanted in trials)
        {
            if ((wanted.HasNoNetwork && !OperatingSystem.IsLinux()) || (wanted.HasFewProcesses && !isSuperuser))
            {
                continue;
            }

            using var trial = new PythonSandbox(limits, clock, python, wanted, absence: null);
            var (result, held) = await trial.RunCoreAsync("print('ok')", cancellationToken);
            if (result.Verdict == ProgramVerdict.Passed)
            {
                var isolation = wanted with { IsConfined = held.Contains("landlock", StringComparison.Ordinal), HasLimits = held.Contains("RLIMIT_AS", StringComparison.Ordinal), HasFewProcesses = held.Contains("RLIMIT_NPROC", StringComparison.Ordinal) && (wanted.HasFewProcesses || !isSuperuser) };
                return new PythonSandbox(limits, clock, python, isolation, absence: null);
            }
        }

        return new PythonSandbox(limits, clock, python, none, new Undefined(UndefinedCause.MissingInput, $"'{python}' starts and does not run a small program; look at its installation"));
    }

    /// <summary>Runs a program to its end or its limits.</summary>
    /// <param name="source">Python's text; it passes when it ends without an error.</param>
    /// <param name="cancellationToken">Kills the program.</param>
    public async Task<ProgramResult> RunAsync(string source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (Absence is not null)
        {
            return new ProgramResult(ProgramVerdict.NotRun, "", "", TimeSpan.Zero, Absence);
        }

        if (Encoding.UTF8.GetByteCount(source) > _limits.SourceBytes)
        {
            return new ProgramResult(ProgramVerdict.NotRun, "", "", TimeSpan.Zero, new Undefined(UndefinedCause.TooLarge, $"the program has more than {_limits.SourceBytes} bytes"));
        }

        return (await RunCoreAsync(source, cancellationToken)).Result;
    }

    /// <summary>Ends the sandbox; programs that run are not ended.</summary>
    public void Dispose() => _slots.Dispose();

    private async Task<(ProgramResult Result, string Held)> RunCoreAsync(string source, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        var folder = Directory.CreateTempSubdirectory("gyre-program-").FullName;
        try
        {
            var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            var start = _clock.GetTimestamp();
            var ended = await ChildProcess.RunAsync(Start(folder, nonce, source), _limits.Time, _limits.OutputCharacters, _clock, cancellationToken);
            return Read(ended, nonce, _clock.GetElapsedTime(start));
        }
        finally
        {
            Delete(folder);
            _slots.Release();
        }
    }

    private ChildStart Start(string folder, string nonce, string source)
    {
        List<string> python =
        [
            "-I", "-B", "-X", "utf8", "-c", SandboxScript.Text, nonce, Number(Math.Ceiling(_limits.Time.TotalSeconds) + 1), Number(_limits.MemoryBytes), Number(_limits.FileBytes),
            Number(_limits.OpenFiles), Number(_limits.Processes), folder,
        ];
        if (!Isolation.HasNoNetwork)
        {
            return new ChildStart(_python, python, source, KeepsEnvironment: false);
        }

        var (program, nobody) = Isolation.HasFewProcesses && Environment.IsPrivilegedProcess
            ? ("setpriv", new List<string> { "--reuid", Nobody, "--regid", Nobody, "--clear-groups", "--inh-caps=-all", "--bounding-set=-all", "--", "unshare" })
            : ("unshare", []);
        List<string> unshare = [.. nobody, "--user", "--map-root-user", "--net", "--pid", "--ipc", "--uts", "--mount", "--mount-proc", "--fork", "--kill-child", "--"];
        if (!Isolation.HasOwnFiles)
        {
            return new ChildStart(program, [.. unshare, _python, .. python], source, KeepsEnvironment: false);
        }

        const string Mount = """mount -t tmpfs -o "size=$1,mode=700,nosuid,nodev" tmpfs "$2" && shift 2 && exec "$@" """;
        return new ChildStart(program, [.. unshare, "/bin/sh", "-c", Mount, "sh", Number(_limits.FileBytes), folder, _python, .. python], source, KeepsEnvironment: false);
    }

    private static (ProgramResult Result, string Held) Read(ChildEnd ended, string nonce, TimeSpan duration)
    {
        var verdict = ended.Output.Split('\n').LastOrDefault(line => line.StartsWith(nonce, StringComparison.Ordinal))?.Split(' ', 4) ?? [];
        var (kind, detail) = verdict switch
        {
            _ when ended.IsTimedOut => (ProgramVerdict.TimedOut, "it used up its time"),
            [_, "passed", ..] => (ProgramVerdict.Passed, ""),
            [_, "memory", ..] => (ProgramVerdict.OutOfMemory, "it used up its memory"),
            [_, "raised", _, var error] => (ProgramVerdict.Raised, error),
            _ => (ProgramVerdict.Vanished, ended.Fault ?? $"it ended with {ended.ExitCode} and no verdict"),
        };
        return (new ProgramResult(kind, detail, ended.Errors, duration, null), verdict.Length > 2 ? verdict[2] : "");
    }

    private static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A process that outlived its group may still write there; the system clears its temporary folder.
            Debug.WriteLine(error.Message);
        }
    }

    private static string Number(double value) => value.ToString("F0", CultureInfo.InvariantCulture);
}
