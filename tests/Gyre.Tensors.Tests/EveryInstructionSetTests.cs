using System.Diagnostics;

namespace Gyre.Tensors.Tests;

/// <summary>
/// Runs every test with the trait <c>kernel = true</c> again in child processes that have instruction sets switched
/// off, so that each path of a kernel meets its scalar twin.
/// </summary>
/// <remarks>Source: the names of the switches are those of .NET 10 (<c>EnableAVX512F</c> of older versions is unknown to it).</remarks>
public class EveryInstructionSetTests
{
    [Theory]
    [InlineData("DOTNET_EnableAVX512", 256)]
    [InlineData("DOTNET_EnableAVX2", 128)]
    [InlineData("DOTNET_EnableAVX", 128)]
    [InlineData("DOTNET_EnableHWIntrinsic", 0)]
    public async Task Kernels_agree_with_their_twins_without(string setting, int widestBits)
    {
        Assert.SkipUnless(InstructionSetTests.WidestVectorBits >= widestBits, $"This processor has no vectors of {widestBits} bits.");
        var process = Environment.ProcessPath.ShouldNotBeNull();
        var start = new ProcessStartInfo(process) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(process).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
        {
            start.ArgumentList.Add(typeof(EveryInstructionSetTests).Assembly.Location);
        }

        foreach (var argument in new[] { "-trait", "kernel=true", "-noColor", "-noLogo" })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[setting] = "0";
        start.Environment[InstructionSetTests.ExpectedBits] = widestBits.ToString();
        using var child = Process.Start(start).ShouldNotBeNull();
        var errors = child.StandardError.ReadToEndAsync();
        var output = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();

        child.ExitCode.ShouldBe(0, output + await errors);
        output.ShouldNotContain("Total: 0,");
    }
}
