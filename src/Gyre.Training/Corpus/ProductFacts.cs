namespace Gyre.Training.Corpus;

/// <summary>What the shop knows about a garment's look and make.</summary>
internal static class ProductFacts
{
    /// <summary>Garments, all singular nouns, as the last word of a product's name.</summary>
    public static readonly string[] Garments =
    [
        "dress", "shirt", "blouse", "jumper", "cardigan", "coat", "jacket", "skirt", "hoodie", "blazer", "vest", "scarf", "top", "jumpsuit",
        "parka", "raincoat", "tunic", "sweater", "cape", "robe", "gown", "pullover", "shawl", "tank top", "polo shirt", "wrap dress",
    ];

    /// <summary>Names such as <c>Lunera Wrap Dress</c>.</summary>
    public static FactKind Name { get; } = new("name", "name", ValuePool.FromSplit(static (random, split) =>
        Names.ProductStem(random, split) + " " + Title(random.Pick(Garments))))
    {
        Notes = new("name", ["This is the {v}."], ["This is the {v}."]),
        Questions = new("ask-name",
            ["What is the product called?", "Which product is this?", "What is the name of the product?", "Which product is the text about?"],
            ["What is this product called?", "Which product does the text talk about?"]),
    };

    /// <summary>The colour of the cloth.</summary>
    public static FactKind Colour { get; } = new("colour", "colour", ValuePool.Combine("colour",
        ["", "pale", "dark", "soft", "bright", "dusty", "deep", "light", "warm", "cool", "faded", "smoky"],
        ["blue", "green", "red", "grey", "pink", "purple", "yellow", "orange", "brown", "beige", "teal", "rose", "navy", "olive", "cream", "plum", "coral", "lilac"]))
    {
        Notes = new("colour",
            ["It comes in {v}.", "The colour is {v}.", "You can get it in {v}.", "It is available in {v}.", "We made it in {v}.", "The {v} colour suits everyone."],
            ["We offer it in {v}.", "The colour we made it in is {v}."]),
        Questions = new("ask-colour",
            [
                "What colour is {it}?", "Which colour does {it} come in?", "In which colour can I get {it}?", "What colour does {it} have?",
                "In what colour is {it} available?",
            ],
            ["Which colour is {it}?", "What colour does {it} come in?"]),
        Phrases = ["comes in {v}", "is available in {v}", "is dyed in {v}"],
        Attribute = "in {v}",
    };

    /// <summary>The cloth.</summary>
    public static FactKind Material { get; } = new("material", "material", ValuePool.Combine("material",
        ["", "organic", "recycled", "brushed", "washed", "fine", "heavy", "light", "soft", "pure", "woven"],
        ["cotton", "wool", "linen", "silk", "denim", "jersey", "velvet", "cashmere", "viscose", "satin", "fleece", "corduroy", "flannel", "tweed"]))
    {
        Notes = new("material",
            ["It is made of {v}.", "The material is {v}.", "We use {v} for it.", "It is sewn from {v}.", "The fabric is {v}.", "The {v} feels good on the skin."],
            ["It is made from {v}.", "The fabric we use is {v}."]),
        Questions = new("ask-material",
            [
                "What is {it} made of?", "Which material is used for {it}?", "What fabric is {it} sewn from?", "Which fabric is {it} made of?",
                "What material is {it}?", "From what material is {it} made?",
            ],
            ["What fabric is {it} made of?", "Which material is {it} made of?"]),
        Phrases = ["is made of {v}", "is sewn from {v}", "is cut from {v}"],
        Attribute = "made of {v}",
    };

    /// <summary>What is printed or woven on it.</summary>
    public static FactKind Pattern { get; } = new("pattern", "pattern", ValuePool.Combine("pattern",
        ["thin", "bold", "small", "large", "wide", "fine", "tiny", "faint", "round", "bright"],
        ["stripes", "dots", "checks", "flowers", "leaves", "waves", "stars", "squares", "lines", "birds"]))
    {
        Notes = new("pattern",
            ["It has a pattern of {v}.", "The pattern shows {v}.", "It is printed with {v}.", "You will see {v} all over it.", "Its print is {v}.", "A pattern of {v} covers it."],
            ["The pattern is {v}.", "It is covered with a pattern of {v}."]),
        Questions = new("ask-pattern",
            [
                "What pattern does {it} have?", "Which pattern is on {it}?", "What is printed on {it}?", "What does the pattern of {it} show?",
                "Which print does {it} have?",
            ],
            ["Which pattern does {it} have?", "What pattern is on {it}?"]),
        Phrases = ["has a pattern of {v}", "is printed with {v}", "shows {v}"],
        Attribute = "with {v}",
    };

    /// <summary>How it sits.</summary>
    public static FactKind Fit { get; } = new("fit", "fit", ValuePool.Combine("fit",
        ["", "slightly", "very", "rather"],
        ["slim", "relaxed", "loose", "straight", "wide", "narrow", "boxy", "close", "flowing", "roomy"],
        ["fit"]))
    {
        Notes = new("fit",
            ["It has {a} {v}.", "You get {a} {v}.", "We cut it with {a} {v}.", "The cut gives {a} {v}.", "It is known for its {v}.", "It comes with {a} {v}."],
            ["The cut has {a} {v}.", "We made it with {a} {v}."]),
        Questions = new("ask-fit",
            ["How does {it} fit?", "What fit does {it} have?", "Which fit can I expect from {it}?", "How is {it} cut?", "What kind of fit does {it} have?"],
            ["Which fit does {it} have?", "What fit can I expect from {it}?"]),
        Phrases = ["has {a} {v}", "keeps {a} {v}", "offers {a} {v}"],
        Attribute = "with {a} {v}",
    };

    /// <summary>Its sleeves.</summary>
    public static FactKind Sleeves { get; } = new("sleeves", "sleeve style", ValuePool.Combine("sleeves",
        ["long", "short", "half-length", "wrist-length", "elbow-length"],
        ["", "puffed", "wide", "narrow", "rolled", "gathered", "folded", "slit"],
        ["sleeves"]))
    {
        Notes = new("sleeves",
            ["It has {v}.", "The design has {v}.", "It comes with {v}.", "You get {v}.", "We gave it {v}.", "It is finished with {v}."],
            ["The design comes with {v}.", "We made it with {v}."]),
        Questions = new("ask-sleeves",
            ["What sleeves does {it} have?", "Which kind of sleeves does {it} have?", "How are the sleeves of {it}?", "What are the sleeves of {it} like?"],
            ["What kind of sleeves does {it} have?", "Which sleeves does {it} have?"]),
        Phrases = ["has {v}", "comes with {v}", "features {v}"],
        Attribute = "with {v}",
    };

    /// <summary>Its neckline.</summary>
    public static FactKind Neckline { get; } = new("neckline", "neckline", ValuePool.Combine("neckline",
        ["high", "low", "round", "square", "soft", "deep", "wide", "crossed", "folded", "open"],
        ["neck", "collar", "neckline"]))
    {
        Notes = new("neckline",
            ["It has {a} {v}.", "The design shows {a} {v}.", "It is finished with {a} {v}.", "The top edge is {a} {v}.", "We gave it {a} {v}.", "You get {a} {v}."],
            ["The design has {a} {v}.", "It comes with {a} {v}."]),
        Questions = new("ask-neckline",
            ["What neckline does {it} have?", "Which neckline does {it} come with?", "How is the neck of {it} cut?", "What kind of neckline does {it} have?"],
            ["Which neckline does {it} have?", "What neckline does {it} come with?"]),
        Phrases = ["has {a} {v}", "comes with {a} {v}", "features {a} {v}"],
        Attribute = "with {a} {v}",
    };

    /// <summary>A detail worth mentioning.</summary>
    public static FactKind Details { get; } = new("details", "special detail", ValuePool.Combine("details",
        ["two", "three", "four", "five", "six"],
        ["side", "front", "hidden", "wooden", "round", "small", "large", "silver", "inner"],
        ["pockets", "buttons", "zips", "loops", "pleats", "ribbons"]))
    {
        Notes = new("details",
            ["It has {v}.", "A special detail: {v}.", "You will like the {v}.", "It is finished with {v}.", "Look for the {v}.", "The special details are {v}."],
            ["The special detail is {v}.", "It comes with {v}."]),
        Questions = new("ask-details",
            ["What special details does {it} have?", "Which special detail does {it} have?", "What details are special about {it}?", "Which details does {it} come with?"],
            ["What special detail does {it} have?", "Which special details does {it} have?"]),
        Phrases = ["has {v}", "is finished with {v}", "features {v}"],
        Attribute = "with {v}",
    };

    /// <summary>Puts capitals on the words of a garment.</summary>
    public static string Title(string words) => string.Join(' ', words.Split(' ').Select(Thing.Capital));
}
