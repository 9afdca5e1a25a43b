using Gyre.Evaluation.Metrics.Overlap;

namespace Gyre.Cli.Parity.Families;

/// <summary>The example of NLTK's METEOR, in both of its tokenisations.</summary>
internal sealed class MeteorExample : IParityFamily
{
    public string Name => "meteor";

    public string Source => "Banerjee and Lavie 2005; NLTK 3.8 (tokenised) and 3.6.2 (strings), documentation";

    public string Compared => "METEOR of one pair by words, stems, and the one pair of synonyms in it (always, forever)";

    public bool IsListed => true;

    public IEnumerable<ParityRow> Compute(ParityInput input)
    {
        var golden = ParityInput.Shipped("published.json").GetProperty("meteor");
        var (candidate, reference) = (golden.Text("candidate"), golden.Text("reference"));
        var synonyms = Synonyms();
        yield return ParityRow.Digits("tokenised", golden.Text("tokenised"), new Meteor(new MeteorOptions { Synonyms = synonyms }).Sentence(candidate, [reference]));
        yield return ParityRow.Digits("string", golden.Text("string"), new Meteor(new MeteorOptions { Synonyms = synonyms, Form = MeteorForm.WhitespaceString }).Sentence(candidate, [reference]));
    }

    /// <summary>A dictionary in the form of WordNet's files with one meaning, so that no WordNet is needed.</summary>
    private static WordNetSynonyms Synonyms()
    {
        var folder = Directory.CreateTempSubdirectory("gyre-parity-").FullName;
        try
        {
            foreach (var part in new[] { "noun", "verb", "adj", "adv" })
            {
                File.WriteAllText(Path.Combine(folder, "data." + part), part == "adv" ? "00000100 02 r 02 always 0 forever 0 000 | without end\n" : "");
                File.WriteAllText(Path.Combine(folder, "index." + part), part == "adv" ? "always r 1 0 1 1 00000100\nforever r 1 0 1 1 00000100\n" : "");
                File.WriteAllText(Path.Combine(folder, part + ".exc"), "");
            }

            return WordNetSynonyms.Open(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
