using System.Diagnostics;
using System.Reflection;
using System.Runtime.Intrinsics;

namespace Gyre.TestSupport;

/// <summary>Runs the tests with the trait <c>kernel = true</c> of an assembly again with instruction sets switched off.</summary>
/// <remarks>Source: the names of the switches are those of .NET 10 (<c>EnableAVX512F</c> of older versions is unknown to it).</remarks>
internal static class InstructionSets
{
    private const string ExpectedBits = "GYRE_TEST_WIDEST_VECTOR_BITS";

    /// <summary>A switch, and the widest vectors that are left without it.</summary>
    public static TheoryData<string, int> Switches { get; } = new()
    {
        { "DOTNET_EnableAVX512", 256 },
        { "DOTNET_EnableAVX2", 128 },
        { "DOTNET_EnableAVX", 128 },
        { "DOTNET_EnableHWIntrinsic", 0 },
    };

    /// <summary>The widest vectors that the kernels of this process may use; 0 without any.</summary>
    private static int WidestVectorBits =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;

    /// <summary>Runs the assembly's kernel tests in a child process and fails with its output when one of them fails.</summary>
    public static async Task RunWithoutAsync(Assembly tests, string setting, int widestBits)
    {
        Assert.SkipUnless(WidestVectorBits >= widestBits, $"This processor has no vectors of {widestBits} bits.");
        var process = Environment.ProcessPath.ShouldNotBeNull();
        var start = new ProcessStartInfo(process) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(process).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
        {
            start.ArgumentList.Add(tests.Location);
        }

        foreach (var argument in new[] { "-trait", "kernel=true", "-noColor", "-noLogo" })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[setting] = "0";
        start.Environment[ExpectedBits] = widestBits.ToString();
        using var child = Process.Start(start).ShouldNotBeNull();
        var errors = child.StandardError.ReadToEndAsync();
        var output = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();

        child.ExitCode.ShouldBe(0, output + await errors);
        output.ShouldNotContain("Total: 0,");
    }

    /// <summary>In a child of <see cref="RunWithoutAsync"/>: that the switch is in force. Skips elsewhere.</summary>
    public static void CheckSwitch()
    {
        var expected = Environment.GetEnvironmentVariable(ExpectedBits);
        Assert.SkipWhen(expected is null, "Only a child process has instruction sets switched off.");

        WidestVectorBits.ToString().ShouldBe(expected);
    }
}
