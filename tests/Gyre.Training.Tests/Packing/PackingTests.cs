using Gyre.Contracts;
using Gyre.Training.Packing;

namespace Gyre.Training.Tests.Packing;

public sealed class PackingTests : IDisposable
{
    private const int Vocabulary = 1000;
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Every_document_comes_back_whole_with_its_mask()
    {
        var documents = Documents(200, maxLength: 40);
        using var file = Write(documents);
        var reader = new BatchReader(file, 48, new SeededRandom(7));
        var batch = new Batch(1, 48);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var rows = reader.RowsPerEpoch;
        for (var row = 0; row < rows; row++)
        {
            reader.Fill(batch);
            foreach (var text in Split(batch))
            {
                seen.Add(text).ShouldBeTrue();
            }
        }

        seen.ShouldBe(documents.Select(Show), ignoreOrder: true);
        rows.ShouldBeLessThan((int)Math.Ceiling(documents.Sum(d => d.Ids.Length - 1) / 48.0) + 8, "rows should be nearly full");
    }

    [Fact]
    public void A_long_document_is_cut_and_every_target_counts_once()
    {
        var ids = Enumerable.Range(1, 101).ToArray();
        using var file = Write([(ids, [.. ids.Select(_ => true)])]);
        var reader = new BatchReader(file, 32, random: null);
        var batch = new Batch(4, 32);
        reader.Fill(batch);

        batch.TargetCount.ShouldBe(100);
        batch.Targets.Where(target => target != Batch.Ignored).ShouldBe(ids[1..]);
        batch.Inputs.Take(100).ShouldBe(ids[..100]);
    }

    [Fact]
    public void Equal_seeds_give_equal_rows_and_passes_differ()
    {
        using var file = Write(Documents(60, maxLength: 20));
        var first = new BatchReader(file, 24, new SeededRandom(1));
        var second = new BatchReader(file, 24, new SeededRandom(1));
        var other = new BatchReader(file, 24, new SeededRandom(2));

        var epoch0 = Rows(first, first.RowsPerEpoch);
        var epoch1 = Rows(first, 10);
        Rows(second, second.RowsPerEpoch).ShouldBe(epoch0);
        Rows(other, 10).ShouldNotBe(epoch0[..10]);
        epoch1.ShouldNotBe(epoch0[..10]);
    }

    [Fact]
    public void A_reader_continues_from_a_saved_position()
    {
        using var file = Write(Documents(60, maxLength: 20));
        var reader = new BatchReader(file, 24, new SeededRandom(1));
        Rows(reader, reader.RowsPerEpoch + 3);
        var position = reader.Position;
        var expected = Rows(reader, 40);

        new BatchReader(file, 24, new SeededRandom(1)) { Position = position }.ShouldSatisfyAllConditions(
            resumed => resumed.Position.Epoch.ShouldBe(1),
            resumed => Rows(resumed, 40).ShouldBe(expected));
    }

    [Fact]
    public void Empty_rows_count_nothing_and_attend_to_themselves_only()
    {
        using var file = Write(Documents(3, maxLength: 10));
        var reader = new BatchReader(file, 64, random: null);
        var batch = new Batch(2, 64);
        reader.FillPartly(batch, 1);

        batch.Targets.AsSpan(64).ToArray().ShouldAllBe(target => target == Batch.Ignored);
        batch.DocumentStart.AsSpan(64).ToArray().ShouldAllBe(start => start == 0);
    }

    [Fact]
    public void Documents_without_a_target_are_left_out()
    {
        using var writer = new TokenFileWriter(_folder.In("t"), Vocabulary);

        writer.Append([5], [true]).ShouldBeFalse();
        writer.Append([5, 6], [true, false]).ShouldBeFalse();
        writer.Append([5, 6], [false, true]).ShouldBeTrue();
        Should.Throw<ArgumentOutOfRangeException>(() => writer.Append([5, Vocabulary], [true, true]));
    }

    [Fact]
    public void The_digest_on_disk_is_the_one_that_was_recorded()
    {
        using var writer = new TokenFileWriter(_folder.In("t"), Vocabulary);
        writer.Append([1, 2, 3], [true, true, true]);
        var digest = writer.Complete();
        using (var file = TokenFile.Open(_folder.In("t")))
        {
            file.ComputeDigest().ShouldBe(digest);
        }

        var bytes = File.ReadAllBytes(_folder.In("t"));
        bytes[TokenFileWriter.HeaderBytes] ^= 1;
        File.WriteAllBytes(_folder.In("t"), bytes);
        using var changed = TokenFile.Open(_folder.In("t"));
        changed.ComputeDigest().ShouldNotBe(digest);
    }

    [Fact]
    public void A_damaged_file_is_refused_whatever_byte_of_its_frame_lies()
    {
        using (Write(Documents(5, maxLength: 6)))
        {
        }

        var path = _folder.In("tokens");
        var good = File.ReadAllBytes(path);
        foreach (var at in Enumerable.Range(0, 24).Concat(Enumerable.Range(good.Length - 40, 40)).Where(at => at != 23))
        {
            var bad = (byte[])good.Clone();
            bad[at] ^= 0x81;
            File.WriteAllBytes(path, bad);
            Should.Throw<TrainingException>(() => TokenFile.Open(path).Dispose(), $"byte {at}").Code.ShouldBe("TRN0041");
        }

        File.WriteAllBytes(path, good[..^1]);
        Should.Throw<TrainingException>(() => TokenFile.Open(path)).Code.ShouldBe("TRN0041");
        File.WriteAllBytes(path, good[..10]);
        Should.Throw<TrainingException>(() => TokenFile.Open(path)).Code.ShouldBe("TRN0041");
        File.Delete(path);
        Should.Throw<TrainingException>(() => TokenFile.Open(path)).Code.ShouldBe("TRN0041");
    }

    public void Dispose() => _folder.Dispose();

    private static List<(int[] Ids, bool[] Counts)> Documents(int count, int maxLength)
    {
        var random = new SeededRandom(3);
        return [.. Enumerable.Range(0, count).Select(document =>
        {
            var length = random.NextInt32(3, maxLength + 1);
            var ids = Enumerable.Range(0, length).Select(_ => random.NextInt32(Vocabulary)).ToArray();
            var counts = ids.Select((_, i) => i > length / 2).ToArray();
            counts[^1] = true;
            ids[0] = document;
            return (ids, counts);
        })];
    }

    private TokenFile Write(List<(int[] Ids, bool[] Counts)> documents)
    {
        using var writer = new TokenFileWriter(_folder.In("tokens"), Vocabulary);
        foreach (var (ids, counts) in documents)
        {
            writer.Append(ids, counts);
        }

        writer.Complete();
        return TokenFile.Open(_folder.In("tokens"));
    }

    private static string Show((int[] Ids, bool[] Counts) document) =>
        string.Join(' ', document.Ids[..^1]) + " > " + string.Join(' ', document.Ids[1..].Zip(document.Counts[1..], (id, counts) => counts ? id : Batch.Ignored));

    private static IEnumerable<string> Split(Batch batch)
    {
        for (var at = 0; at < batch.Length;)
        {
            var end = at + 1;
            while (end < batch.Length && batch.DocumentStart[end] == at)
            {
                end++;
            }

            var targets = batch.Targets[at..end];
            if (targets.Any(target => target != Batch.Ignored))
            {
                yield return string.Join(' ', batch.Inputs[at..end]) + " > " + string.Join(' ', targets);
            }

            at = end;
        }
    }

    private static string[] Rows(BatchReader reader, int count)
    {
        var batch = new Batch(1, 24);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            reader.Fill(batch);
            return string.Join(' ', batch.Inputs) + string.Join(' ', batch.Targets) + string.Join(' ', batch.DocumentStart);
        })];
    }
}
