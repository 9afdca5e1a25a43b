namespace Gyre.Tensors.Tests;

public unsafe class TensorPoolTests
{
    [Fact]
    public void A_returned_block_is_used_again()
    {
        using var pool = new TensorPool();
        var first = pool.Rent(1000);
        var address = (nint)first.UncheckedData;
        first.Dispose();
        using var second = pool.Rent(10, 100);

        ((nint)second.UncheckedData).ShouldBe(address);
        pool.NativeAllocations.ShouldBe(1);
        (address % 64).ShouldBe(0);
    }

    [Fact]
    public void The_bound_frees_idle_blocks_first_and_then_refuses_with_a_code()
    {
        using var pool = new TensorPool(1 << 20);
        pool.Rent(150_000).Dispose();
        using var other = pool.Rent(200_000);
        pool.IdleBytes.ShouldBe(0);

        var error = Should.Throw<TensorException>(() => pool.Rent(100_000));
        error.Code.ShouldBe("TEN0001");
        error.Message.ShouldContain("1048576");
        pool.PeakBytes.ShouldBeLessThanOrEqualTo(pool.CapacityBytes);
    }

    [Fact]
    public void Bytes_are_counted_out_and_back()
    {
        using var pool = new TensorPool();
        var x = pool.Rent(100, 100);
        pool.RentedBytes.ShouldBeInRange(40_000, 50_000);
        x.Dispose();
        pool.RentedBytes.ShouldBe(0);
        pool.IdleBytes.ShouldBeGreaterThanOrEqualTo(40_000);
        pool.Trim();
        pool.IdleBytes.ShouldBe(0);
    }

    [Fact]
    public void A_disposed_pool_rents_nothing_and_still_takes_back()
    {
        var pool = new TensorPool();
        var x = pool.Rent(5);
        pool.Dispose();
        Should.Throw<ObjectDisposedException>(() => pool.Rent(5));
        x.Dispose();
        pool.RentedBytes.ShouldBe(0);
        pool.IdleBytes.ShouldBe(0);
    }
}
