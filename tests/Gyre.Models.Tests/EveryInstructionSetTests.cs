using Gyre.TestSupport;

namespace Gyre.Models.Tests;

/// <summary>Each path of a kernel meets its scalar twin: the tests with the trait <c>kernel = true</c> without instruction sets.</summary>
public class EveryInstructionSetTests
{
    [Theory]
    [MemberData(nameof(InstructionSets.Switches), MemberType = typeof(InstructionSets))]
    public Task Kernels_agree_with_their_twins_without(string setting, int widestBits) =>
        InstructionSets.RunWithoutAsync(typeof(EveryInstructionSetTests).Assembly, setting, widestBits);

    [Fact]
    [Trait("kernel", "true")]
    public void The_switch_of_the_parent_process_is_in_force() => InstructionSets.CheckSwitch();
}
