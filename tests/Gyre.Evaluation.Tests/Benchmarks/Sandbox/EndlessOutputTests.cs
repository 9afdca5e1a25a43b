using Gyre.Evaluation.Benchmarks.Sandbox;

namespace Gyre.Evaluation.Tests.Benchmarks.Sandbox;

/// <summary>Alone in the process: what it measures is the memory that the whole process holds.</summary>
[CollectionDefinition(nameof(EndlessOutputTests), DisableParallelization = true)]
[Collection(nameof(EndlessOutputTests))]
public sealed class EndlessOutputTests(OpenSandbox open) : IClassFixture<OpenSandbox>
{
    [Fact]
    public async Task A_gigabyte_of_output_is_read_and_dropped()
    {
        if (open.Sandbox.Absence is { } absence)
        {
            Assert.Skip(absence.Detail);
        }

        var before = GC.GetTotalMemory(forceFullCollection: true);

        var result = await open.Sandbox.RunAsync("import os\nline = b'x' * (1 << 20)\nfor _ in range(1024):\n    os.write(2, line)");

        result.Verdict.ShouldBeOneOf(ProgramVerdict.Passed, ProgramVerdict.TimedOut);
        result.Output.Length.ShouldBeLessThanOrEqualTo(1000);
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(64 << 20);
    }
}
