using Gyre.Contracts;

namespace Gyre.Training.Corpus;

/// <summary>Made-up names of products, people, towns and lines: built from few parts, far too many to remember.</summary>
internal static class Names
{
    private static readonly string[] Starts =
    [
        "Al", "Am", "An", "Ar", "Bel", "Ber", "Bran", "Bri", "Cal", "Car", "Cel", "Cor", "Dal", "Del", "Dor", "El", "Em", "Es", "Fal", "Fen",
        "Fer", "Flo", "Gal", "Gar", "Glen", "Hal", "Har", "Hel", "Il", "Is", "Jas", "Jun", "Kal", "Kel", "Kin", "Lan", "Lar", "Lin", "Lor", "Lun",
        "Mal", "Mar", "Mel", "Mir", "Nal", "Nor", "Ol", "Or", "Pal", "Per", "Pris", "Quin", "Ral", "Ren", "Ros", "Sal", "Ser", "Sil", "Sol", "Tal",
        "Tam", "Ter", "Tor", "Ul", "Val", "Ver", "Vin", "Wil", "Yar", "Zel",
    ];

    private static readonly string[] Ends =
    [
        "a", "ada", "ana", "ara", "aris", "ava", "bay", "bel", "bina", "brook", "da", "dale", "den", "dora", "ea", "ela", "ella", "en", "ena", "era",
        "eta", "ette", "fair", "field", "ford", "ia", "ian", "ida", "ika", "ile", "ina", "indra", "ine", "io", "ira", "is", "issa", "ita", "iva", "kin",
        "la", "land", "leaf", "len", "lia", "lin", "lo", "low", "mar", "mia", "mina", "mond", "mora", "na", "nia", "no", "ola", "on", "ona", "ora",
        "rina", "ros", "sa", "sina", "star", "ta", "tina", "via", "wen", "wyn",
    ];

    private static readonly string[] Middles =
    [
        "ba", "be", "bi", "bo", "ca", "co", "da", "de", "di", "do", "fa", "fe", "fi", "ga", "go", "ka", "ke", "ki", "la", "le", "li", "lo", "lu", "ma", "me",
        "mi", "mo", "na", "ne", "ni", "no", "nu", "pa", "pe", "pi", "po", "ra", "re", "ri", "ro", "ru", "sa", "se", "si", "so", "ta", "te", "ti", "to", "tu", "va", "ve", "vi", "vo", "za", "zi",
    ];

    private static readonly string[] Adjectives =
    [
        "Amber", "Blue", "Bright", "Calm", "City", "Clear", "Coral", "Crystal", "Daily", "Dawn", "Early", "Easy", "Evening", "First", "Fresh", "Gentle",
        "Golden", "Grand", "Happy", "High", "Island", "Little", "Lucky", "Misty", "Moon", "Morning", "North", "Open", "Pearl", "Quiet", "River", "Royal",
        "Silver", "Simple", "Soft", "South", "Spring", "Star", "Sunny", "Swift", "True", "Velvet", "Warm", "White", "Wild", "Winter",
    ];

    private static readonly string[] Nouns =
    [
        "Arch", "Bay", "Bird", "Bloom", "Breeze", "Bridge", "Brook", "Cloud", "Coast", "Cove", "Creek", "Dream", "Field", "Forest", "Garden", "Grove",
        "Harbour", "Haven", "Hill", "Lake", "Lane", "Leaf", "Light", "Meadow", "Mile", "Path", "Petal", "Pine", "Plain", "Rain", "Ridge", "Road",
        "Rose", "Sand", "Shore", "Sky", "Song", "Stone", "Stream", "Sun", "Tide", "Trail", "Valley", "Wave", "Willow", "Wind",
    ];

    private static readonly string[] Given =
    [
        "Ada", "Alan", "Alice", "Amir", "Anna", "Ben", "Carla", "Clara", "Daniel", "David", "Elena", "Emma", "Erik", "Eva", "Felix", "Finn",
        "Grace", "Hana", "Hugo", "Ida", "Ines", "Ivan", "Jack", "Jana", "Jonas", "Julia", "Karim", "Laura", "Leo", "Lena", "Lucy", "Marta",
        "Max", "Mia", "Mona", "Nadia", "Nina", "Noah", "Olga", "Omar", "Oscar", "Paul", "Petra", "Rosa", "Sam", "Sara", "Simon", "Sofia",
        "Tara", "Theo", "Tom", "Vera", "Victor", "Yara", "Zoe",
    ];

    private static readonly string[] LineWords = ["Studio", "Basics", "Active", "Atelier", "Heritage", "Edition", "Essentials", "Works"];

    private static readonly HashSet<string> Taken = new([.. Given, .. Nouns, .. Adjectives, "Linen"], StringComparer.Ordinal);

    /// <summary>A made-up word such as <c>Lunera</c> that belongs to the split.</summary>
    /// <remarks>A third of the words that training shows are longer, so that there are too many to remember even their halves.</remarks>
    public static string Word(SeededRandom random, Split split) => split == Split.Train && random.NextInt32(2) == 0
        ? OpenName(random, split)
        : Owned("word", random, split, static r =>
        {
            // Some combinations are words that the corpus uses otherwise; a made-up word must be one wherever it stands.
            string word;
            do
            {
                word = r.Pick(Starts) + r.Pick(Ends);
            }
            while (Taken.Contains(word));

            return word;
        });

    /// <summary>A made-up word of two to four syllables, with or without a capital; hundreds of thousands of them.</summary>
    public static string OpenWord(SeededRandom random, Split split)
    {
        var word = OpenName(random, split);
        return random.NextInt32(2) == 0 ? word : word.ToLowerInvariant();
    }

    /// <summary>The first part of a product's name: a made-up word or a pair such as <c>Quiet Harbour</c>.</summary>
    public static string ProductStem(SeededRandom random, Split split) => random.NextInt32(2) == 0
        ? Word(random, split)
        : Owned("pair", random, split, static r => r.Pick(Adjectives) + " " + r.Pick(Nouns));

    /// <summary>A person: a common given name and a made-up surname.</summary>
    public static string Person(SeededRandom random, Split split) => random.Pick(Given) + " " + Word(random, split);

    /// <summary>A brand line such as <c>Velmora Studio</c>.</summary>
    public static string Line(SeededRandom random, Split split) => Word(random, split) + " " + random.Pick(LineWords);

    private static string OpenName(SeededRandom random, Split split) => Owned("word", random, split, static r =>
    {
        var middle = r.NextInt32(3) switch { 0 => "", 1 => r.Pick(Middles), _ => r.Pick(Middles) + r.Pick(Middles) };
        string word;
        do
        {
            word = r.Pick(Starts) + middle + r.Pick(Ends);
        }
        while (Taken.Contains(word));

        return word;
    });

    private static string Owned(string kind, SeededRandom random, Split split, Func<SeededRandom, string> draw)
    {
        // One value in eight is held out, so the loop ends after eight tries on average.
        while (true)
        {
            var value = draw(random);
            if (SplitRule.Of(kind, value) == split)
            {
                return value;
            }
        }
    }
}
