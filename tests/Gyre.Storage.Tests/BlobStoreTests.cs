using System.Diagnostics;
using System.Security.Cryptography;

namespace Gyre.Storage.Tests;

public sealed class BlobStoreTests : IDisposable
{
    private const string ChildFolder = "GYRE_TEST_BLOB_FOLDER";

    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-blobs-").FullName;

    private BlobStore Store => new(Path.Combine(_folder, "blobs"));

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(1_000_003)]
    public async Task What_is_added_is_read_under_the_digest_of_its_bytes(int length)
    {
        var bytes = Bytes(length, seed: 1);

        var blob = await Store.AddAsync(new MemoryStream(bytes), Ended);

        blob.ShouldBe(new Blob(Convert.ToHexStringLower(SHA256.HashData(bytes)), length));
        (await ReadAsync(blob.Digest)).ShouldBe(bytes);
        Store.List().ShouldBe([blob]);
        File.Exists(Path.Combine(Store.Folder, blob.Digest[..2], blob.Digest[2..])).ShouldBeTrue();
        Unfinished().ShouldBeEmpty();
    }

    [Fact]
    public async Task Equal_bytes_are_kept_once_and_at_once_by_many()
    {
        var bytes = Bytes(100_000, seed: 2);

        var blobs = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Store.AddAsync(new MemoryStream(bytes), Ended))));

        blobs.Distinct().ShouldHaveSingleItem();
        Store.List().ShouldBe([blobs[0]]);
        Unfinished().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_writer_that_is_not_completed_leaves_nothing()
    {
        await using (var writer = await Store.CreateAsync(Ended))
        {
            writer.Write(Bytes(100_000, seed: 3));
        }

        Store.List().ShouldBeEmpty();
        Unfinished().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stream_that_fails_half_way_leaves_nothing()
    {
        await Should.ThrowAsync<InvalidDataException>(() => Store.AddAsync(new FailingStream(200_000), Ended));

        Store.List().ShouldBeEmpty();
        Unfinished().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_damaged_blob_is_an_error_by_its_end_and_adding_it_again_mends_it()
    {
        var bytes = Bytes(300_000, seed: 4);
        var blob = await Store.AddAsync(new MemoryStream(bytes), Ended);
        var path = Path.Combine(Store.Folder, blob.Digest[..2], blob.Digest[2..]);
        await using (var file = File.OpenWrite(path))
        {
            file.Position = 150_000;
            file.WriteByte((byte)(bytes[150_000] ^ 1));
        }

        var error = await Should.ThrowAsync<StorageException>(() => ReadAsync(blob.Digest));
        error.Code.ShouldBe("STO0022");
        error.Message.ShouldContain(path);

        await Store.AddAsync(new MemoryStream(bytes), Ended);
        (await ReadAsync(blob.Digest)).ShouldBe(bytes);
        File.WriteAllBytes(path, bytes[..1000]);
        (await Should.ThrowAsync<StorageException>(() => ReadAsync(blob.Digest))).Code.ShouldBe("STO0022");
    }

    [Fact]
    public async Task A_blob_that_is_not_here_is_named()
    {
        var digest = new string('0', 64);

        (await Should.ThrowAsync<StorageException>(() => ReadAsync(digest))).Code.ShouldBe("STO0021");
        Store.Find(digest).ShouldBeNull();
        Should.Throw<ArgumentException>(() => Store.Find("../../etc/passwd"));
        Should.Throw<ArgumentException>(() => Store.OpenRead(new string('A', 64)));
    }

    [Fact]
    public async Task A_sweep_removes_what_nobody_uses()
    {
        var used = await Store.AddAsync(new MemoryStream(Bytes(10, seed: 5)), Ended);
        var unused = await Store.AddAsync(new MemoryStream(Bytes(2000, seed: 6)), Ended);
        File.WriteAllBytes(Path.Combine(Store.Folder, "unfinished", "1-0"), new byte[30]);

        var sweep = await SweepAsync(used.Digest);

        sweep.ShouldBe(new BlobSweep(1, 1, 1, 2030));
        Store.List().ShouldBe([used]);
        Store.Find(unused.Digest).ShouldBeNull();
        Unfinished().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_sweep_waits_for_nobody_and_touches_nothing_while_a_writer_is_active()
    {
        await using (var writer = await Store.CreateAsync(Ended))
        {
            writer.Write("kept"u8);
            (await Should.ThrowAsync<StorageException>(() => SweepAsync())).Code.ShouldBe("STO0023");
            writer.Complete();
            (await Should.ThrowAsync<StorageException>(() => SweepAsync())).Code.ShouldBe("STO0023");
        }

        (await SweepAsync()).Removed.ShouldBe(1);
    }

    [Fact]
    public async Task A_writer_waits_for_a_sweep()
    {
        await Store.AddAsync(new MemoryStream([1]), Ended);
        var adding = Task.CompletedTask;
        await Store.SweepAsync(
            async _ =>
            {
                adding = Store.AddAsync(new MemoryStream([2]), Ended);
                await Task.Delay(100, Ended);
                adding.IsCompleted.ShouldBeFalse();
                return new HashSet<string>();
            },
            Ended);

        await adding;
        Store.List().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_full_disk_is_told_and_leaves_nothing_half_written()
    {
        var disk = Directory.CreateDirectory(Path.Combine(_folder, "disk")).FullName;
        if (!Run("mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", disk))
        {
            Assert.Skip("A small file system cannot be mounted here; this needs a superuser.");
        }

        try
        {
            var store = new BlobStore(Path.Combine(disk, "blobs"));
            var kept = await store.AddAsync(new MemoryStream(Bytes(1000, seed: 7)), Ended);

            var error = await Should.ThrowAsync<StorageException>(() => store.AddAsync(new MemoryStream(Bytes(1_000_000, seed: 8)), Ended));

            error.Code.ShouldBe("STO0003");
            store.List().ShouldBe([kept]);
            await store.AddAsync(new MemoryStream(Bytes(200_000, seed: 9)), Ended); // The space is free again.
        }
        finally
        {
            Run("umount", disk);
        }
    }

    [Fact]
    public async Task A_folder_that_is_a_file_is_told()
    {
        File.WriteAllText(Path.Combine(_folder, "blobs"), "");

        (await Should.ThrowAsync<StorageException>(() => Store.AddAsync(new MemoryStream([1]), Ended))).Code.ShouldBe("STO0020");
    }

    [Fact]
    public async Task A_killed_writer_leaves_whole_blobs_only_and_no_lock()
    {
        for (var round = 0; round < 3; round++)
        {
            using var child = StartChild();
            await WaitAsync(() => Store.List().Count() > 5 * (round + 1));
            child.Kill();
            await child.WaitForExitAsync(Ended);
        }

        var blobs = Store.List().ToArray();
        foreach (var blob in blobs)
        {
            (await ReadAsync(blob.Digest)).LongLength.ShouldBe(blob.LengthBytes);
        }

        (await SweepAsync([.. blobs.Select(blob => blob.Digest)])).Kept.ShouldBe(blobs.Length);
        Unfinished().ShouldBeEmpty();
    }

    /// <summary>The other process of the test above.</summary>
    [Fact(Explicit = true)]
    public async Task Write_until_killed()
    {
        var store = new BlobStore(Environment.GetEnvironmentVariable(ChildFolder) ?? throw new InvalidOperationException($"Only the test of killed writers starts this; it sets {ChildFolder}."));
        // Process numbers are large on some machines: the seed may wrap, its remainder may not be negative.
        for (var seed = unchecked(Environment.ProcessId * 100_000); ; seed = unchecked(seed + 1))
        {
            await store.AddAsync(new MemoryStream(Bytes(50_000 + ((int)((uint)seed % 7) * 40_000), seed)), Ended);
        }
    }

    private Process StartChild()
    {
        var start = new ProcessStartInfo("dotnet") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { typeof(BlobStoreTests).Assembly.Location, "-noColor", "-explicit", "only", "-method", $"*{nameof(Write_until_killed)}" })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[ChildFolder] = Store.Folder;
        return Process.Start(start) ?? throw new InvalidOperationException("The process did not start.");
    }

    private static async Task WaitAsync(Func<bool> isReached)
    {
        for (var waited = 0; !isReached(); waited += 10)
        {
            waited.ShouldBeLessThan(60_000);
            await Task.Delay(10, Ended);
        }
    }

    private async Task<byte[]> ReadAsync(string digest)
    {
        await using var stream = Store.OpenRead(digest);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, Ended);
        return bytes.ToArray();
    }

    private Task<BlobSweep> SweepAsync(params string[] used) => Store.SweepAsync(_ => Task.FromResult<IReadOnlySet<string>>(used.ToHashSet()), Ended);

    [Fact]
    public async Task A_scratch_file_is_gone_when_it_is_closed()
    {
        using var lease = await Store.HoldAsync(Ended);
        await using (var scratch = Store.OpenScratch(lease))
        {
            scratch.Write("x"u8);
            Unfinished().ShouldHaveSingleItem();
        }

        Unfinished().ShouldBeEmpty();
    }

    private string[] Unfinished() => Directory.Exists(Path.Combine(Store.Folder, "unfinished")) ? Directory.GetFiles(Path.Combine(Store.Folder, "unfinished")) : [];

    private static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static bool Run(string program, params string[] arguments)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true });
        process!.WaitForExit(); // Starting a program without a shell gives a process.
        return process.ExitCode == 0;
    }

    /// <summary>Breaks after so many bytes.</summary>
    private sealed class FailingStream(int lengthBytes) : Stream
    {
        private int _left = lengthBytes;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            count = Math.Min(count, _left);
            _left -= count;
            return count > 0 ? count : throw new InvalidDataException("The source breaks off.");
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
