using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gyre.Training.Runs;

/// <summary>What a run was made with: versions, machine, threads, command, commit.</summary>
internal sealed record EnvironmentRecord
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public required string Gyre { get; init; }

    public required string Runtime { get; init; }

    public required string OperatingSystem { get; init; }

    public required string Architecture { get; init; }

    public required string Processor { get; init; }

    public required IReadOnlyList<string> InstructionSets { get; init; }

    public required int Cores { get; init; }

    public required int Threads { get; init; }

    public required string CommandLine { get; init; }

    public required string Commit { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Looks at this process and machine.</summary>
    public static EnvironmentRecord Capture(int threads, TimeProvider time) => new()
    {
        Gyre = typeof(EnvironmentRecord).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown",
        Runtime = RuntimeInformation.FrameworkDescription,
        OperatingSystem = RuntimeInformation.OSDescription,
        Architecture = RuntimeInformation.ProcessArchitecture.ToString(),
        Processor = ProcessorName(),
        InstructionSets = InstructionSetNames(),
        Cores = System.Environment.ProcessorCount,
        Threads = threads,
        CommandLine = Command(),
        Commit = FindCommit(),
        StartedAt = time.GetUtcNow(),
    };

    /// <summary>Appends this record to the list in the file: a resumed run has one entry for each start.</summary>
    public void AppendTo(string path)
    {
        var records = File.Exists(path) ? JsonSerializer.Deserialize<List<EnvironmentRecord>>(File.ReadAllText(path), Json) ?? [] : [];
        records.Add(this);
        AtomicFile.WriteText(path, JsonSerializer.Serialize(records, Json) + "\n");
    }

    /// <summary>The command as a user would type it: the program by its name, without its folder.</summary>
    private static string Command()
    {
        var words = System.Environment.GetCommandLineArgs();
        return string.Join(' ', words.Skip(1).Prepend(Path.GetFileNameWithoutExtension(words[0])).Select(word => word.Contains(' ', StringComparison.Ordinal) ? $"\"{word}\"" : word));
    }

    private static string ProcessorName()
    {
        const string File = "/proc/cpuinfo";
        if (!System.IO.File.Exists(File))
        {
            return System.Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "unknown";
        }

        return System.IO.File.ReadLines(File)
            .Where(line => line.StartsWith("model name", StringComparison.Ordinal))
            .Select(line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())
            .FirstOrDefault("unknown");
    }

    private static string[] InstructionSetNames()
    {
        (string Name, bool IsSupported)[] sets =
        [
            ("sse4.2", Sse42.IsSupported), ("avx", Avx.IsSupported), ("avx2", Avx2.IsSupported), ("fma", Fma.IsSupported),
            ("avx512f", Avx512F.IsSupported), ("avx512bw", Avx512BW.IsSupported), ("avx512dq", Avx512DQ.IsSupported),
            ("avx512vbmi", Avx512Vbmi.IsSupported), ("advsimd", AdvSimd.IsSupported), ("dotprod", Dp.IsSupported),
        ];
        return [.. sets.Where(set => set.IsSupported).Select(set => set.Name)];
    }

    /// <summary>The commit that the current folder's checkout stands at, read from its <c>.git</c> folder; empty outside a checkout.</summary>
    private static string FindCommit()
    {
        for (var folder = new DirectoryInfo(Directory.GetCurrentDirectory()); folder is not null; folder = folder.Parent)
        {
            var head = Path.Combine(folder.FullName, ".git", "HEAD");
            if (!File.Exists(head))
            {
                continue;
            }

            var text = File.ReadAllText(head).Trim();
            if (!text.StartsWith("ref: ", StringComparison.Ordinal))
            {
                return text;
            }

            var reference = text["ref: ".Length..];
            var loose = Path.Combine(folder.FullName, ".git", reference);
            if (File.Exists(loose))
            {
                return File.ReadAllText(loose).Trim();
            }

            var packed = Path.Combine(folder.FullName, ".git", "packed-refs");
            return File.Exists(packed)
                ? File.ReadLines(packed).FirstOrDefault(line => line.EndsWith(" " + reference, StringComparison.Ordinal), "").Split(' ')[0]
                : "";
        }

        return "";
    }
}
