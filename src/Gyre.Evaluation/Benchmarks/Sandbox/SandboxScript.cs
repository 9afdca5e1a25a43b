using System.Reflection;

namespace Gyre.Evaluation.Benchmarks.Sandbox;

/// <summary>What runs in Python before a program does.</summary>
internal static class SandboxScript
{
    /// <summary>The script of <c>bootstrap.py</c>.</summary>
    public static string Text { get; } = Read();

    private static string Read()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Gyre.Evaluation.Benchmarks.Sandbox.bootstrap.py")
            ?? throw new InvalidOperationException("The sandbox's script is not embedded.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
