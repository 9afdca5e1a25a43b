using Gyre.Contracts;
using Gyre.Orchestration.Retrieval;
using Gyre.Storage;

namespace Gyre.Orchestration.Tests.Retrieval;

public sealed class KeywordIndexTests : IDisposable
{
    private static readonly Passage[] Shop =
    [
        new("returns", "policy", "You may return a garment within 30 days of delivery."),
        new("delivery", "policy", "Delivery takes two to four working days; the delivery is free."),
        new("caf\u00E9", "shops", "The Caf\u00E9 in our shop opens at nine."),
        new("washing", "care", "Wash wool by hand in cold water."),
        new("sizes", "care", "Sizes run from XS to XXL. See the table of sizes."),
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-index-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("How do I return something?", "returns")]
    [InlineData("returned garments", "returns")]
    [InlineData("CAFE", "caf\u00E9")]
    [InlineData("wool", "washing")]
    public async Task A_question_finds_the_passage_with_its_words(string question, string id) => (await Ids(question)).First().ShouldBe(id);

    [Theory]
    [InlineData("")]
    [InlineData("  ?!  \u2014 \" ' * ( ) : ^ - + , {} ")]
    [InlineData("\0\uD800\uFFFF")]
    [InlineData("submarine")]
    public async Task A_question_without_a_word_that_is_there_finds_nothing(string question) => (await Ids(question)).ShouldBeEmpty();

    /// <summary>Guards against FTS5's language in a user's words: each of these is an error, another column, a prefix or a negation to FTS5.</summary>
    [Theory]
    [InlineData("wool AND NOT wool")]
    [InlineData("NEAR(wool cold)")]
    [InlineData("\"wool")]
    [InlineData("wool\"\"\"")]
    [InlineData("wool*")]
    [InlineData("^wool")]
    [InlineData("-wool")]
    [InlineData("text : wool")]
    [InlineData("{text rank} : wool")]
    [InlineData("(wool")]
    [InlineData("wool) OR (")]
    [InlineData("wool + cold")]
    [InlineData("'; DROP TABLE retrieval_passages; -- wool")]
    [InlineData("wool\0 \" junk")]
    public async Task No_character_of_a_question_is_an_operator(string question) => (await Ids(question)).ShouldContain("washing");

    [Fact]
    public async Task Any_text_is_a_question()
    {
        const string Signs = "ab \"'*^-+:(){}[],;\\/|&%$#@!?<>=~`._\u00E9\u0301\u4F60\uD83D\uDC4D\0\n\t";
        using var index = await KeywordIndex.CreateInMemoryAsync(Shop, new KeywordIndexOptions(), TimeProvider.System, TestContext.Current.CancellationToken);
        var random = new SeededRandom(3);
        for (var round = 0; round < 2_000; round++)
        {
            var question = new string([.. Enumerable.Range(0, random.NextInt32(24)).Select(_ => Signs[random.NextInt32(Signs.Length)]), .. random.NextInt32(4) == 0 ? " AND OR NOT NEAR" : ""]);
            (await index.RetrieveAsync(question, 3, TestContext.Current.CancellationToken)).Count.ShouldBeLessThanOrEqualTo(3);
        }
    }

    [Fact]
    public async Task A_very_long_question_is_cut_to_its_first_words()
    {
        var question = string.Join(' ', Enumerable.Range(0, 50_000).Select(i => $"w{i}"));

        (await Ids(question + " wool")).ShouldBeEmpty();
        (await Ids("wool " + question)).ShouldBe(["washing"]);
    }

    [Fact]
    public async Task Function_words_do_not_find_passages_unless_they_are_all_there_is()
    {
        (await Ids("the wool of what")).ShouldBe(["washing"]);
        (await Ids("What is the of?")).ShouldNotBeEmpty();
        using var index = await KeywordIndex.CreateInMemoryAsync(Shop, new KeywordIndexOptions { IgnoresStopWords = false }, TimeProvider.System, TestContext.Current.CancellationToken);
        (await index.RetrieveAsync("the wool of what", 9, TestContext.Current.CancellationToken)).Count.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Equal_scores_stand_by_id_whatever_the_order_of_arrival()
    {
        Passage[] same = [.. "dbace".Select(c => new Passage($"{c}", "d", "equal words here"))];
        using var index = await KeywordIndex.CreateInMemoryAsync([.. same, .. Shop], new KeywordIndexOptions(), TimeProvider.System, TestContext.Current.CancellationToken);

        var found = await index.RetrieveAsync("equal", 3, TestContext.Current.CancellationToken);

        found.Select(passage => passage.Passage.Id).ShouldBe(["a", "b", "c"]);
        found.Select(passage => passage.Score).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_passage_comes_back_as_it_was_put_in()
    {
        var passage = new Passage("id 'x'", "a/b.md", "Some \u4F60\u597D \U0001F469\u200D\U0001F467 text\nwith lines", 17);
        using var index = await KeywordIndex.CreateInMemoryAsync([passage, .. Shop], new KeywordIndexOptions(), TimeProvider.System, TestContext.Current.CancellationToken);

        var found = (await index.RetrieveAsync("lines", 1, TestContext.Current.CancellationToken)).Single();

        found.Passage.ShouldBe(passage);
        found.Passage.End.ShouldBe(17 + passage.Text.Length);
    }

    [Fact]
    public async Task A_refresh_does_only_what_differs()
    {
        using var database = Open();
        using var index = await KeywordIndex.OpenAsync(database, "shop", new KeywordIndexOptions(), TestContext.Current.CancellationToken);
        (await index.AddAsync(Shop, TestContext.Current.CancellationToken)).ShouldBe(new IndexChanges(5, 0, 0, 0));

        Passage[] next = [Shop[0], new("delivery", "policy", "Couriers bring it."), Shop[2], Shop[4], new("new", "policy", "Gift cards never expire.")];
        (await index.RefreshAsync(next, TestContext.Current.CancellationToken)).ShouldBe(new IndexChanges(1, 1, 1, 3));
        (await index.RefreshAsync(next, TestContext.Current.CancellationToken)).ShouldBe(new IndexChanges(0, 0, 0, 5));

        (await index.CountAsync(TestContext.Current.CancellationToken)).ShouldBe(5);
        (await index.RetrieveAsync("wool", 5, TestContext.Current.CancellationToken)).ShouldBeEmpty();
        (await index.RetrieveAsync("working", 5, TestContext.Current.CancellationToken)).ShouldBeEmpty();
        (await index.RetrieveAsync("couriers", 5, TestContext.Current.CancellationToken)).Single().Passage.ShouldBe(next[1]);
    }

    /// <summary>Deleted and replaced passages leave no trace in scores: FTS5's counts of rows and words go back.</summary>
    [Fact]
    public async Task An_index_that_was_changed_answers_as_one_made_at_once()
    {
        var random = new SeededRandom(11);
        using var database = Open();
        using var changed = await KeywordIndex.OpenAsync(database, "changed", new KeywordIndexOptions(), TestContext.Current.CancellationToken);
        Passage[] last = [];
        for (var round = 0; round < 12; round++)
        {
            last = [.. Enumerable.Range(0, 40).Where(_ => random.NextInt32(3) > 0).Select(i => new Passage($"p{i}", "d", string.Join(' ', Enumerable.Range(0, 3 + random.NextInt32(9)).Select(_ => $"w{random.NextInt32(30)}"))))];
            await changed.RefreshAsync(last, TestContext.Current.CancellationToken);
        }

        using var fresh = await KeywordIndex.OpenAsync(database, "fresh", new KeywordIndexOptions(), TestContext.Current.CancellationToken);
        await fresh.AddAsync([.. last.Reverse()], TestContext.Current.CancellationToken);

        (await changed.DigestAsync(TestContext.Current.CancellationToken)).ShouldBe(await fresh.DigestAsync(TestContext.Current.CancellationToken));
        for (var word = 0; word < 30; word++)
        {
            var question = $"w{word} w{(word * 7) % 30}";
            (await changed.RetrieveAsync(question, 10, TestContext.Current.CancellationToken)).ShouldBe(await fresh.RetrieveAsync(question, 10, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task The_digest_tells_passages_and_options_apart()
    {
        var digests = new HashSet<string>();
        foreach (var options in new KeywordIndexOptions[] { new(), new() { Tokenizer = KeywordTokenizer.Unicode61 }, new() { IgnoresStopWords = false } })
        {
            foreach (var passages in new[] { Shop, Shop[1..], [.. Shop[..^1], new("sizes", "care", "Other.")], [.. Shop[..^1], new("sizes", "other", Shop[^1].Text)] })
            {
                using var index = await KeywordIndex.CreateInMemoryAsync(passages, options, TimeProvider.System, TestContext.Current.CancellationToken);
                digests.Add(await index.DigestAsync(TestContext.Current.CancellationToken));
            }
        }

        digests.Count.ShouldBe(12);
    }

    [Fact]
    public async Task An_index_in_a_file_is_there_after_opening_again_and_beside_others()
    {
        using (var database = Open())
        {
            using var one = await KeywordIndex.OpenAsync(database, "one", new KeywordIndexOptions(), TestContext.Current.CancellationToken);
            using var two = await KeywordIndex.OpenAsync(database, "two", new KeywordIndexOptions { Tokenizer = KeywordTokenizer.Unicode61 }, TestContext.Current.CancellationToken);
            await one.AddAsync(Shop, TestContext.Current.CancellationToken);
            await two.AddAsync([new("wool", "d", "Only wool, returned.")], TestContext.Current.CancellationToken);
        }

        using var again = Open();
        using var first = await KeywordIndex.OpenAsync(again, "one", new KeywordIndexOptions(), TestContext.Current.CancellationToken);
        using var second = await KeywordIndex.OpenAsync(again, "two", new KeywordIndexOptions { Tokenizer = KeywordTokenizer.Unicode61 }, TestContext.Current.CancellationToken);
        (await first.RetrieveAsync("wool", 5, TestContext.Current.CancellationToken)).Single().Passage.Id.ShouldBe("washing");
        (await second.RetrieveAsync("wool", 5, TestContext.Current.CancellationToken)).Single().Passage.Id.ShouldBe("wool");
        (await second.RetrieveAsync("returns", 5, TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Another_tokenizer_is_refused()
    {
        using var database = Open();
        using var index = await KeywordIndex.OpenAsync(database, "shop", new KeywordIndexOptions(), TestContext.Current.CancellationToken);

        var error = await Should.ThrowAsync<OrchestrationException>(() => KeywordIndex.OpenAsync(database, "shop", new KeywordIndexOptions { Tokenizer = KeywordTokenizer.Unicode61 }));

        error.Code.ShouldBe("ORC0010");
        error.Message.ShouldContain("Porter");
    }

    [Fact]
    public async Task Passages_of_one_id_are_refused_and_nothing_is_indexed()
    {
        using var database = Open();
        using var index = await KeywordIndex.OpenAsync(database, "shop", new KeywordIndexOptions(), TestContext.Current.CancellationToken);

        var error = await Should.ThrowAsync<OrchestrationException>(() => index.AddAsync([.. Shop, Shop[0]]));

        error.Code.ShouldBe("ORC0005");
        (await index.CountAsync(TestContext.Current.CancellationToken)).ShouldBe(0);
    }

    [Fact]
    public async Task A_cancelled_refresh_changes_nothing()
    {
        using var database = Open();
        using var index = await KeywordIndex.OpenAsync(database, "shop", new KeywordIndexOptions(), TestContext.Current.CancellationToken);
        await index.AddAsync(Shop, TestContext.Current.CancellationToken);
        using var ending = new CancellationTokenSource();
        var passages = new EndingList([.. Enumerable.Range(0, 100).Select(i => new Passage($"n{i}", "d", $"text {i}"))], ending);

        await Should.ThrowAsync<OperationCanceledException>(() => index.RefreshAsync(passages, ending.Token));

        (await index.CountAsync(TestContext.Current.CancellationToken)).ShouldBe(Shop.Length);
        (await index.RetrieveAsync("wool", 5, TestContext.Current.CancellationToken)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Searches_and_changes_at_once_disturb_no_one()
    {
        using var database = Open();
        using var index = await KeywordIndex.OpenAsync(database, "shop", new KeywordIndexOptions(), TestContext.Current.CancellationToken);
        await index.AddAsync(Shop, TestContext.Current.CancellationToken);

        var searches = Enumerable.Range(0, 40).Select(async _ => (await index.RetrieveAsync("wool", 1)).Single().Passage.Id);
        var changes = Enumerable.Range(0, 10).Select(i => index.AddAsync([new Passage($"more{i}", "d", $"cotton {i}")]));
        var found = await Task.WhenAll(searches);
        await Task.WhenAll(changes);

        found.ShouldAllBe(id => id == "washing");
        (await index.CountAsync(TestContext.Current.CancellationToken)).ShouldBe(15);
    }

    private static async Task<IReadOnlyList<string>> Ids(string question)
    {
        using var index = await KeywordIndex.CreateInMemoryAsync(Shop, new KeywordIndexOptions(), TimeProvider.System, TestContext.Current.CancellationToken);
        return [.. (await index.RetrieveAsync(question, 5, TestContext.Current.CancellationToken)).Select(passage => passage.Passage.Id)];
    }

    private Database Open() => Database.Open(Path.Combine(_folder, "index.db"), [OrchestrationTables.Migrations()], TimeProvider.System);

    /// <summary>Cancels while it is read for the second time, which is within the writing transaction.</summary>
    private sealed class EndingList(IReadOnlyList<Passage> passages, CancellationTokenSource ending) : IReadOnlyList<Passage>
    {
        private int _read;

        public int Count => passages.Count;

        public Passage this[int index] => passages[index];

        public IEnumerator<Passage> GetEnumerator()
        {
            foreach (var passage in passages)
            {
                if (++_read > passages.Count * 5 / 2)
                {
                    ending.Cancel();
                }

                yield return passage;
            }
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
