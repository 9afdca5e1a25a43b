using System.IO.Compression;
using System.Text;
using Gyre.Training.Recipes;
using Gyre.Training.Translation;

namespace Gyre.Training.Tests.Translation;

public sealed class SentenceFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_table_gives_its_two_columns_with_quotes_and_unnamed_columns()
    {
        File.WriteAllText(_folder.In("t.csv"), ",Unnamed: 0,en,fr\n1,9,\"a, \"\"b\"\"\",\"ç\nd\"\n2,9,e,f\n");
        var (pairs, empty) = SentenceFiles.Read(Files("{table: t.csv, source_column: en, target_column: fr}"));
        pairs.ShouldBe([new SentencePair("a, \"b\"", "ç\nd"), new SentencePair("e", "f")]);
        empty.ShouldBe(0);
    }

    [Fact]
    public void Two_packed_text_files_correspond_line_by_line()
    {
        Pack("a.gz", "one\r\n\ntwo\n");
        Pack("b.gz", "un\nx\ndeux");
        var (pairs, empty) = SentenceFiles.Read(Files("{source: a.gz, target: b.gz}"));
        pairs.ShouldBe([new SentencePair("one", "un"), new SentencePair("two", "deux")]);
        empty.ShouldBe(1);
    }

    [Theory]
    [InlineData("{table: absent.csv, source_column: en, target_column: fr}", "absent.csv")]
    [InlineData("{table: t.csv, source_column: en, target_column: de}", "'de'")]
    [InlineData("{source: long.txt, target: short.txt}", "ends after 1 lines")]
    [InlineData("{source: latin.txt, target: short.txt}", "latin.txt")]
    [InlineData("{source: torn.gz, target: short.txt}", "torn.gz")]
    public void Damaged_files_are_named(string files, string named)
    {
        File.WriteAllText(_folder.In("t.csv"), "en,fr\na,b\n");
        File.WriteAllText(_folder.In("long.txt"), "a\nb\n");
        File.WriteAllText(_folder.In("short.txt"), "a\n");
        File.WriteAllBytes(_folder.In("latin.txt"), [0x61, 0xE9, 0x0A]);
        File.WriteAllBytes(_folder.In("torn.gz"), [0x1F, 0x8B, 0x08, 0x00, 0x01]);
        var error = Should.Throw<TrainingException>(() => SentenceFiles.Read(Files(files)));
        error.Code.ShouldBe("TRN0550");
        error.Message.ShouldContain(named);
    }

    [Fact]
    public void Pairs_are_held_out_by_their_source_whatever_the_other_pairs_are()
    {
        ToyLanguage.WriteTo(_folder.In("t.csv"));
        var data = Data("{training: {table: t.csv, source_column: en, target_column: fr}, validation_share: 0.2, test_share: 0.1}");
        var whole = SentenceSplits.Read(data);
        (whole.Training.Count + whole.Validation.Count + whole.Test.Count).ShouldBe(ToyLanguage.Sentences().Count);
        (whole.Test.Count / (double)ToyLanguage.Sentences().Count).ShouldBe(0.1, 0.05);
        (whole.Validation.Count / (double)ToyLanguage.Sentences().Count).ShouldBe(0.2, 0.06);
        File.WriteAllLines(_folder.In("t.csv"), File.ReadAllLines(_folder.In("t.csv")).Where((_, i) => i % 2 == 0));
        var half = SentenceSplits.Read(data);
        half.Test.ShouldBeSubsetOf(whole.Test);
        half.Training.ShouldBeSubsetOf(whole.Training);
    }

    [Fact]
    public void Long_texts_are_cut_dropped_or_refused()
    {
        File.WriteAllText(_folder.In("t.csv"), "source,target\nabcdefgh,x\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"s{i},t\n")));
        const string Data = "{training: {table: t.csv}, longest_characters: 4, long_texts: ";
        Read("cut").Training.Concat(Read("cut").Test).Concat(Read("cut").Validation).ShouldContain(new SentencePair("abcd", "x"));
        Read("drop").LeftOut.ShouldBe(1);
        Should.Throw<TrainingException>(() => Read("refuse")).Code.ShouldBe("TRN0553");

        SentenceSplits Read(string form) => SentenceSplits.Read(this.Data(Data + form + "}"));
    }

    [Fact]
    public void A_file_too_small_to_hold_pairs_out_is_refused()
    {
        File.WriteAllText(_folder.In("t.csv"), "source,target\na,x\n");
        Should.Throw<TrainingException>(() => SentenceSplits.Read(Data("{training: {table: t.csv}}"))).Code.ShouldBe("TRN0551");
    }

    public void Dispose() => _folder.Dispose();

    private PairFileRecipe Files(string yaml) => Data("{training: " + yaml + "}").Training;

    private TranslationDataRecipe Data(string yaml) =>
        RecipeFile.Parse("data: " + yaml, _folder.In("recipe.yaml"), (top, folder) => TranslationDataRecipe.Read(top.Section("data"), folder)).Recipe;

    private void Pack(string name, string text)
    {
        using var stream = new GZipStream(File.Create(_folder.In(name)), CompressionLevel.Fastest);
        stream.Write(Encoding.UTF8.GetBytes(text));
    }
}
