using Gyre.Contracts;

namespace Gyre.Training.Tests.Translation;

/// <summary>A few hundred sentences of two small languages that order adjective and noun differently.</summary>
internal static class ToyLanguage
{
    private static readonly (string English, string French)[] Nouns = [("cat", "chat"), ("dog", "chien"), ("bird", "oiseau"), ("horse", "cheval"), ("fish", "poisson"), ("wolf", "loup")];
    private static readonly (string English, string French)[] Adjectives = [("red", "rouge"), ("old", "vieux"), ("calm", "calme"), ("odd", "étrange"), ("", "")];
    private static readonly (string English, string French)[] Verbs = [("runs", "court"), ("sleeps", "dort"), ("sings", "chante"), ("waits", "attend"), ("falls", "tombe")];
    private static readonly (string English, string French)[] Ends = [("", ""), (" today", " ce jour"), (" here", " ici")];

    /// <summary>Every sentence, in a seeded order.</summary>
    public static List<(string English, string French)> Sentences()
    {
        var all = (from noun in Nouns
                   from adjective in Adjectives
                   from verb in Verbs
                   from end in Ends
                   select (
                       $"the {adjective.English}{(adjective.English.Length > 0 ? " " : "")}{noun.English} {verb.English}{end.English}",
                       $"le {noun.French}{(adjective.French.Length > 0 ? " " : "")}{adjective.French} {verb.French}{end.French}")).ToArray();
        new SeededRandom(3).Shuffle(all.AsSpan());
        return [.. all];
    }

    /// <summary>Writes the sentences as a table with the columns <c>en</c> and <c>fr</c>.</summary>
    public static string WriteTo(string path)
    {
        File.WriteAllLines(path, Sentences().Select(pair => $"{pair.English},\"{pair.French}\"").Prepend("en,fr"));
        return path;
    }
}
