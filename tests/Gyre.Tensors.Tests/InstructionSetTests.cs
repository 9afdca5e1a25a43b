using System.Runtime.Intrinsics;

namespace Gyre.Tensors.Tests;

[Trait("kernel", "true")]
public class InstructionSetTests
{
    public const string ExpectedBits = "GYRE_TEST_WIDEST_VECTOR_BITS";

    /// <summary>The widest vectors that the kernels of this process may use; 0 without any.</summary>
    public static int WidestVectorBits =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;

    [Fact]
    public void The_switch_of_the_parent_process_is_in_force()
    {
        var expected = Environment.GetEnvironmentVariable(ExpectedBits);
        Assert.SkipWhen(expected is null, "Only a child of EveryInstructionSetTests has instruction sets switched off.");

        WidestVectorBits.ToString().ShouldBe(expected);
    }
}
