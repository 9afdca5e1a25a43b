using Gyre.Evaluation.Benchmarks.Sandbox;

namespace Gyre.Evaluation.Tests.Benchmarks.Sandbox;

/// <summary>One sandbox for a class of tests: opening it starts Python several times.</summary>
public sealed class OpenSandbox : IAsyncLifetime
{
    private PythonSandbox? _sandbox;

    internal PythonSandbox Sandbox => _sandbox!; // Set before a test sees it.

    public async ValueTask InitializeAsync() => _sandbox = await OpenAsync(null);

    public ValueTask DisposeAsync()
    {
        _sandbox?.Dispose();
        return ValueTask.CompletedTask;
    }

    internal static Task<PythonSandbox> OpenAsync(string? program, double seconds = 20) => PythonSandbox.OpenAsync(
        new SandboxLimits { Time = TimeSpan.FromSeconds(seconds), MemoryBytes = 256L << 20, FileBytes = 1 << 20, OutputCharacters = 1000 }, TimeProvider.System, program);
}
