using Gyre.Contracts;
using Gyre.Models.Tokenizers;

namespace Gyre.Models.Tests.Tokenizers;

public class ScoredTrieTests
{
    [Theory]
    [InlineData(3, 4)]
    [InlineData(60, 3)]
    [InlineData(5000, 9)]
    public void All_tokens_that_begin_at_a_place_are_found_and_no_others(int letters, int longest)
    {
        var random = new SeededRandom(11);
        var tokens = Enumerable.Range(0, 4000).Select(_ => Draw(random, letters, random.NextInt32(1, longest + 1))).ToArray();
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var id = 0; id < tokens.Length; id++)
        {
            ids.TryAdd(tokens[id], id);
        }

        var trie = new ScoredTrie("a test", tokens.Select((token, id) => (token, id, -(float)id)));

        for (var round = 0; round < 2000; round++)
        {
            // Half of them begin as a token does; some hold units that no token has.
            var text = (round % 2 == 0 ? tokens[random.NextInt32(tokens.Length)] : "") + Draw(random, letters + 2, 6);
            var expected = Enumerable.Range(1, text.Length).Where(length => ids.ContainsKey(text[..length])).Select(length => ids[text[..length]]).ToArray();

            Begins(trie, text).ShouldBe(expected.Select(id => (id, -(float)id)));
            trie.Longest(text, out var longestId).ShouldBe(expected.Length == 0 ? 0 : tokens[expected[^1]].Length);
            longestId.ShouldBe(expected.Length == 0 ? -1 : expected[^1]);
        }
    }

    [Fact]
    public void Nothing_is_found_without_tokens() => Begins(new ScoredTrie("a test", []), "abc").ShouldBeEmpty();

    [Fact]
    public void Every_unit_may_be_a_token()
    {
        var trie = new ScoredTrie("a test", Enumerable.Range(0, char.MaxValue + 1).Select(unit => (((char)unit).ToString(), unit, 0F)));

        for (var unit = 0; unit <= char.MaxValue; unit++)
        {
            trie.Longest([(char)unit, (char)unit], out var id).ShouldBe(1);
            id.ShouldBe(unit);
        }
    }

    private static List<(int Id, float Score)> Begins(ScoredTrie trie, string text)
    {
        var found = new List<(int, float)>();
        var parent = 0;
        foreach (var unit in text)
        {
            var index = trie.Nodes[parent].Base + trie.Codes[unit];
            if (trie.Nodes[index].Parent != parent)
            {
                break;
            }

            parent = index;
            if (trie.Nodes[index] is { Token: >= 0 } node)
            {
                found.Add((node.Token, node.Score));
            }
        }

        return found;
    }

    private static string Draw(SeededRandom random, int letters, int length) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => (char)('a' + random.NextInt32(letters))));
}
