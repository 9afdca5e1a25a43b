using Gyre.Contracts;

namespace Gyre.Training.Corpus;

/// <summary>What the shop knows about selling a garment: season, price, sizes, care, origin, makers, numbers.</summary>
internal static class TradeFacts
{
    private static readonly string[] LargeSizes = ["L", "XL", "XXL", "3XL", "4XL"];
    private static readonly string[] SmallSizes = ["XXS", "XS", "S", "M"];
    private static readonly string[] Cents = ["00", "50", "90", "95", "99"];

    /// <summary>When to wear it.</summary>
    public static FactKind Season { get; } = new("season", "season", ValuePool.Combine("season",
        ["", "early", "late", "mild", "cold", "warm"], ["spring", "summer", "autumn", "winter"]))
    {
        Notes = new("season",
            ["It is made for {v}.", "The season for it is {v}.", "Wear it in {v}.", "It is meant for {v}.", "It belongs to our {v} range.", "We planned it for {v}."],
            ["It is planned for {v}.", "The right season for it is {v}."]),
        Questions = new("ask-season",
            ["For which season is {it} made?", "Which season is {it} meant for?", "In which season should I wear {it}?", "What season is {it} for?"],
            ["For which season is {it} meant?", "What season is {it} made for?"]),
        Phrases = ["is made for {v}", "is right for {v}", "is meant for {v}"],
        Attribute = "for {v}",
    };

    /// <summary>Where to wear it.</summary>
    public static FactKind Occasion { get; } = new("occasion", "occasion", ValuePool.Combine("occasion",
        ["office", "garden", "beach", "holiday", "city", "weekend", "family", "travel", "business"],
        ["days", "parties", "walks", "dinners", "trips", "mornings", "events"]))
    {
        Notes = new("occasion",
            ["It is ideal for {v}.", "Wear it for {v}.", "It is a good choice for {v}.", "Think of {v} when you wear it.", "Our customers love it for {v}.", "The best occasion is {v}."],
            ["It is a great choice for {v}.", "The best occasion for it is {v}."]),
        Questions = new("ask-occasion",
            ["For which occasion is {it} ideal?", "What occasion is {it} good for?", "Which occasion suits {it}?", "What events is {it} good for?"],
            ["For what occasion is {it} ideal?", "Which occasion is {it} good for?"]),
        Phrases = ["is ideal for {v}", "is a good choice for {v}", "is lovely for {v}"],
        Attribute = "for {v}",
    };

    /// <summary>What it costs.</summary>
    public static FactKind Price { get; } = new("price", "price", ValuePool.From("price", static random =>
        $"{random.NextInt32(9, 400)}.{random.Pick(Cents)} euros"))
    {
        Notes = new("price",
            ["It costs {v}.", "The price is {v}.", "You pay {v} for it.", "You can buy it for {v}.", "It is yours for {v}.", "We sell it for {v}."],
            ["You can have it for {v}.", "The price you pay is {v}."]),
        Questions = new("ask-price",
            [
                "How much does {it} cost?", "What does {it} cost?", "How much is {it}?", "What do I pay for {it}?", "How much do I have to pay for {it}?",
                "At what price do you sell {it}?",
            ],
            ["How much do I pay for {it}?", "What price does {it} have?"]),
        Phrases = ["costs {v}", "is yours for {v}", "sells for {v}"],
        Attribute = "for {v}",
    };

    /// <summary>The sizes on sale.</summary>
    public static FactKind Sizes { get; } = new("sizes", "size range", ValuePool.From("sizes", static random => random.NextInt32(2) == 0
        ? $"{random.Pick(SmallSizes)} to {random.Pick(LargeSizes)}"
        : $"{30 + 2 * random.NextInt32(5)} to {42 + 2 * random.NextInt32(8)}"))
    {
        Notes = new("sizes",
            ["We have it in sizes {v}.", "The sizes are {v}.", "You can order sizes {v}.", "It is cut in sizes {v}.", "Sizes run from {v}.", "It is sold in sizes {v}."],
            ["We sell it in sizes {v}.", "You can have it in sizes {v}."]),
        Questions = new("ask-sizes",
            ["In which sizes is {it} sold?", "What sizes does {it} come in?", "Which sizes can I order of {it}?", "What sizes do you have of {it}?"],
            ["Which sizes does {it} come in?", "In what sizes is {it} sold?"]),
        Phrases = ["comes in sizes {v}", "is cut in sizes {v}", "is sold in sizes {v}"],
        Attribute = "in sizes {v}",
    };

    /// <summary>How to wash it.</summary>
    public static FactKind Care { get; } = new("care", "care instruction", ValuePool.Combine("care",
        ["hand wash", "gentle wash", "machine wash", "short wash"],
        ["cold", "at 20 degrees", "at 30 degrees", "at 40 degrees"],
        ["", "and dry flat", "and hang to dry", "and iron cool", "and do not iron", "and dry in shade"]))
    {
        Notes = new("care",
            ["Care: {v}.", "The care label says: {v}.", "To care for it, {v}.", "Please {v}.", "For washing, {v}.", "To keep it nice, {v}."],
            ["For good care, {v}.", "The label says: {v}."]),
        Questions = new("ask-care",
            ["How do I wash {it}?", "How should I care for {it}?", "What does the care label of {it} say?", "How can I clean {it}?", "How is {it} washed?"],
            ["How should I wash {it}?", "How do I care for {it}?"]),
    };

    /// <summary>Where it was made.</summary>
    public static FactKind Origin { get; } = new("origin", "country of origin", ValuePool.Combine("origin",
        ["", "northern", "southern", "western", "eastern"],
        ["Portugal", "Italy", "Spain", "Turkey", "India", "Ireland", "Scotland", "France", "Poland", "Greece", "Norway", "Peru", "Japan", "Morocco", "Austria", "Finland"]))
    {
        Notes = new("origin",
            ["It was made in {v}.", "It comes from {v}.", "It is sewn in {v}.", "Our makers in {v} sew it.", "The workshop is in {v}.", "It is produced in {v}."],
            ["It is made in {v}.", "The makers are in {v}."]),
        Questions = new("ask-origin",
            ["Where was {it} made?", "Where does {it} come from?", "In which country is {it} sewn?", "Where is {it} produced?", "Which country does {it} come from?"],
            ["Where is {it} made?", "In which country was {it} made?"]),
        Phrases = ["was made in {v}", "is sewn in {v}", "comes from {v}"],
        Attribute = "made in {v}",
    };

    /// <summary>The brand line.</summary>
    public static FactKind Line { get; } = new("line", "brand line", ValuePool.FromSplit(Names.Line))
    {
        Notes = new("line",
            ["It belongs to the {v} line.", "It is part of our line {v}.", "The brand line is {v}.", "You find it in the {v} line.", "Its line is called {v}.", "It is a piece from {v}."],
            ["It is part of the {v} line.", "The line is called {v}."]),
        Questions = new("ask-line",
            ["Which line does {it} belong to?", "What brand line is {it} from?", "In which line do I find {it}?", "Which brand line is {it} part of?"],
            ["Which brand line does {it} belong to?", "What line is {it} part of?"]),
        Phrases = ["belongs to the {v} line", "is part of the {v} line", "is a piece from {v}"],
        Attribute = "from the {v} line",
    };

    /// <summary>Who designed it.</summary>
    public static FactKind Designer { get; } = new("designer", "designer", ValuePool.FromSplit(Names.Person))
    {
        Notes = new("designer",
            ["It was designed by {v}.", "The designer is {v}.", "{v} designed it.", "It is a design by {v}.", "We thank {v} for the design.", "The idea came from {v}."],
            ["It is designed by {v}.", "The design is by {v}."]),
        Questions = new("ask-designer",
            ["Who designed {it}?", "Who is the designer of {it}?", "Which designer made {it}?", "Who made the design of {it}?"],
            ["By whom was {it} designed?", "Which designer designed {it}?"]),
        Phrases = ["was designed by {v}", "is a design by {v}"],
        Attribute = "designed by {v}",
    };

    /// <summary>What it weighs.</summary>
    public static FactKind Weight { get; } = new("weight", "weight", ValuePool.From("weight", static random => $"{10 * random.NextInt32(8, 160)} grams"))
    {
        Notes = new("weight",
            ["It weighs {v}.", "The weight is {v}.", "On the scales it shows {v}.", "It has a weight of {v}.", "With {v} it is easy to carry.", "It weighs only {v}."],
            ["Its weight is {v}.", "It weighs just {v}."]),
        Questions = new("ask-weight",
            ["How much does {it} weigh?", "What does {it} weigh?", "How heavy is {it}?", "What weight does {it} have?"],
            ["How many grams does {it} weigh?", "Which weight does {it} have?"]),
    };

    /// <summary>How many are left.</summary>
    public static FactKind Stock { get; } = new("stock", "stock", ValuePool.From("stock", static random => $"{random.NextInt32(2, 200)} pieces"))
    {
        Notes = new("stock",
            ["We have {v} in stock.", "There are {v} left.", "The stock is {v}.", "Only {v} are left.", "In our store room we have {v}.", "The shop still has {v}."],
            ["We still have {v} in stock.", "There are still {v} left."]),
        Questions = new("ask-stock",
            ["How many pieces of {it} are in stock?", "How many pieces of {it} are left?", "What stock do you have of {it}?", "How many of {it} do you have in stock?"],
            ["How many pieces of {it} do you have?", "How many of {it} are left?"]),
    };

    /// <summary>Its article number.</summary>
    public static FactKind Code { get; } = new("code", "article number", ValuePool.From("code", static random =>
        $"{(char)('A' + random.NextInt32(26))}{(char)('A' + random.NextInt32(26))}-{random.NextInt32(1000, 10000)}"))
    {
        Notes = new("code",
            ["The article number is {v}.", "Its number is {v}.", "You find it under {v}.", "Order it with the number {v}.", "Its article number is {v}.", "The code is {v}."],
            ["You can order it with the number {v}.", "The number is {v}."]),
        Questions = new("ask-code",
            ["Which article number does {it} have?", "Under which number can I order {it}?", "What number does {it} have?", "What is the code of {it}?"],
            ["What article number does {it} have?", "Under which number do I find {it}?"]),
    };

    /// <summary>Products with everything that can be told about them.</summary>
    public static World Products { get; } = new()
    {
        Name = "product",
        Subject = ProductFacts.Name,
        Kinds =
        [
            ProductFacts.Colour, ProductFacts.Material, ProductFacts.Pattern, ProductFacts.Fit, ProductFacts.Sleeves, ProductFacts.Neckline,
            ProductFacts.Details, Season, Occasion, Price, Sizes, Care, Origin, Line, Designer, Weight, Stock, Code,
        ],
        Openers = new("product",
            ["This is the {v}.", "The {v} is new in our shop.", "Meet the {v}.", "Let us look at the {v}.", "Today we show the {v}.", "The {v} is here.", "Have you seen the {v}?"],
            ["Please meet the {v}.", "The {v} is now in our shop.", "Today we look at the {v}."]),
        Referents = ["the {v}", "it", "this product", "the {v}"],
        Allows = static (name, kind) => kind.Key switch
        {
            "sleeves" => !EndsIn(name, "Skirt", "Scarf", "Cape", "Shawl", "Vest", "Top"),
            "neckline" => !EndsIn(name, "Skirt", "Scarf", "Shawl", "Cape"),
            _ => true,
        },
    };

    private static bool EndsIn(string name, params string[] garments) => garments.Any(garment => name.EndsWith(" " + garment, StringComparison.Ordinal));
}
