using Gyre.Contracts;
using Gyre.Models.Tokenizers;

namespace Gyre.Models.Tests.Tokenizers;

public class SymbolMergerTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(64)]
    [InlineData(1000)]
    public void Equals_the_definition_on_random_words(int length)
    {
        var random = new SeededRandom((ulong)length);
        for (var round = 0; round < 50; round++)
        {
            var table = new MergeTable(64);
            for (var id = 4; id < 60; id++)
            {
                // Equal ranks occur, as they do in vocabularies with scores.
                table.Add(random.NextInt32(id), random.NextInt32(id), (uint)random.NextInt32(20), id);
            }

            var word = Enumerable.Range(0, length).Select(_ => random.NextInt32(4)).ToArray();
            var merger = new SymbolMerger();
            word.CopyTo(merger.Prepare(length));

            merger.Merge(length, table).ToArray().ShouldBe(Definition(word, table));
        }
    }

    [Fact]
    public void A_word_of_ten_million_letters_takes_seconds()
    {
        const int Length = 10_000_000;
        var table = new MergeTable(16);
        for (var id = 2; id < 12; id++)
        {
            table.Add(id == 2 ? 0 : id - 1, id == 2 ? 0 : id - 1, (uint)id, id);
        }

        var merger = new SymbolMerger();
        merger.Prepare(Length).Clear();
        var start = Environment.CpuUsage.TotalTime;

        var result = merger.Merge(Length, table);

        (Environment.CpuUsage.TotalTime - start).ShouldBeLessThan(TimeSpan.FromSeconds(120)); // About two seconds when optimised and alone; quadratic work would take days.
        result[..(Length / 1024)].ToArray().ShouldAllBe(symbol => symbol == 11);
        result.Length.ShouldBe((Length / 1024) + System.Numerics.BitOperations.PopCount((uint)(Length % 1024)));
    }

    private static List<int> Definition(int[] word, MergeTable table)
    {
        var symbols = word.ToList();
        while (true)
        {
            var best = MergeTable.NoRank;
            var at = -1;
            for (var i = 0; i + 1 < symbols.Count; i++)
            {
                var rank = table.Find(symbols[i], symbols[i + 1], out _);
                if (rank < best)
                {
                    (best, at) = (rank, i);
                }
            }

            if (at < 0)
            {
                return symbols;
            }

            table.Find(symbols[at], symbols[at + 1], out var merged);
            symbols[at] = merged;
            symbols.RemoveAt(at + 1);
        }
    }
}
