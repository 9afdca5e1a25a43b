using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;

namespace Gyre.Tensors.Tests.Quantization;

public sealed unsafe class PackedMemoryTests
{
    [Fact]
    public void Matrices_of_one_memory_keep_apart_and_give_the_bits_of_those_with_memory_of_their_own()
    {
        using var team = new ThreadTeam(2);
        using var memory = new PackedMemory();
        List<PackedProblem> problems = [];
        foreach (var format in new[] { ElementFormat.F32, ElementFormat.Q8_0, ElementFormat.F16, ElementFormat.Q4_0 })
        {
            problems.Add(new PackedProblem(format, 33, 96, 2, team, memory));
        }

        foreach (var shared in problems)
        {
            using var own = new PackedProblem(shared.Matrix.Format, 33, 96, 2, team);
            shared.Multiply(team).ShouldBe(own.Multiply(team));
        }

        problems.ForEach(problem => problem.Dispose());
    }

    [Fact]
    public void More_than_a_piece_takes_another_and_what_is_larger_than_a_piece_has_its_own()
    {
        using var memory = new PackedMemory();
        memory.LengthBytes.ShouldBe(0);

        var first = memory.Take(100);
        var second = memory.Take(1);

        (second - first).ShouldBe(128);
        memory.LengthBytes.ShouldBe(32 << 20);
        memory.Take(40 << 20);
        memory.LengthBytes.ShouldBe(72 << 20);
        memory.Take(64);
        memory.LengthBytes.ShouldBe(104 << 20);
        memory.Dispose();
        memory.LengthBytes.ShouldBe(0);
    }

    [Fact]
    public void A_matrix_that_is_disposed_refuses_to_multiply_though_its_memory_lives()
    {
        using var team = new ThreadTeam(1);
        using var memory = new PackedMemory();
        using var problem = new PackedProblem(ElementFormat.F32, 16, 32, 1, team, memory);
        problem.Multiply(team);
        problem.Matrix.Dispose();

        Should.Throw<ObjectDisposedException>(() => problem.Multiply(team));
    }
}
