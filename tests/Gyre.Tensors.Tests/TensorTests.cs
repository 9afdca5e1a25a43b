namespace Gyre.Tensors.Tests;

public class TensorTests
{
    [Fact]
    public void Views_show_the_same_memory()
    {
        using var pool = new TensorPool();
        using var x = Counting(pool, 2, 3, 4);

        x.Transpose().Shape.ToArray().ShouldBe([2, 4, 3]);
        x.Transpose()[1, 2, 0].ShouldBe(14f);
        x.Permute(2, 0, 1)[3, 1, 2].ShouldBe(23f);
        x.Slice(1, 1, 2).ToArray().ShouldBe([4f, 5, 6, 7, 8, 9, 10, 11, 16, 17, 18, 19, 20, 21, 22, 23]);
        x.Slice(-1, 3, 2, -2).ToArray()[..4].ShouldBe([3f, 1, 7, 5]);
        x.Reshape(-1, 12)[1, 0].ShouldBe(12f);
        x.Slice(0, 1, 1).Expand(5, 3, 4).ToArray()[^1].ShouldBe(23f);
        x.Slice(1, 0, 1)[1, 0, 2] = -1f;
        x[1, 0, 2].ShouldBe(-1f);
    }

    [Fact]
    public void Reshape_keeps_strides_where_it_can_and_refuses_where_it_cannot()
    {
        using var pool = new TensorPool();
        using var x = Counting(pool, 4, 6);
        var slice = x.Slice(1, 0, 4);

        var heads = slice.Reshape(2, 2, 2, 2);
        heads.Strides.ToArray().ShouldBe([12, 6, 2, 1]);
        heads.ToArray().ShouldBe(slice.ToArray());
        Should.Throw<ArgumentException>(() => slice.Reshape(16)).Message.ShouldContain("[4, 4]");
        Should.Throw<ArgumentException>(() => x.Reshape(5, -1)).Message.ShouldContain("[4, 6]");
    }

    [Fact]
    public void Empty_and_scalar_tensors_are_tensors()
    {
        using var pool = new TensorPool();
        using var scalar = pool.RentZeroed();
        using var empty = pool.Rent(3, 0);

        scalar.Length.ShouldBe(1);
        scalar[[]].ShouldBe(0f);
        empty.Length.ShouldBe(0);
        empty.ToArray().ShouldBeEmpty();
        empty.Reshape(0, 7).Shape.ToArray().ShouldBe([0, 7]);
    }

    [Fact]
    public void Wrong_use_says_what_was_found_and_expected()
    {
        using var pool = new TensorPool();
        using var x = Counting(pool, 2, 3);

        Should.Throw<ArgumentOutOfRangeException>(() => x[0, 3]).Message.ShouldContain("index 3 on axis 1, expected 0 to 2");
        Should.Throw<ArgumentOutOfRangeException>(() => x.Slice(0, 1, 2)).Message.ShouldContain("start 1, length 2");
        Should.Throw<ArgumentException>(() => x.Permute(0, 0)).Message.ShouldContain("each axis");
        Should.Throw<ArgumentException>(() => x.Expand(2, 4)).Message.ShouldContain("[2, 3]");
        Should.Throw<InvalidOperationException>(() => x.Transpose().Span.Length).Message.ShouldContain("not contiguous");
        Should.Throw<InvalidOperationException>(() => x.Transpose().RequiresGradient = true).Message.ShouldContain("view");
        Should.Throw<ArgumentException>(() => pool.Rent(1, 1, 1, 1, 1, 1, 1, 1, 1)).Message.ShouldContain("at most 8");
    }

    private static Tensor Counting(TensorPool pool, params int[] shape)
    {
        var tensor = pool.Rent(shape);
        tensor.CopyFrom(Enumerable.Range(0, (int)tensor.Length).Select(i => (float)i).ToArray());
        return tensor;
    }
}
