using Gyre.Contracts;

namespace Gyre.Training.Corpus;

/// <summary>What a customer's message about an order says: who, what, how many, where to, why it comes back.</summary>
internal static class OrderFacts
{
    private static readonly string[] Letters = ["XXS", "XS", "S", "M", "L", "XL", "XXL", "3XL"];
    private static readonly string[] Months =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    /// <summary>The customer, who names the order.</summary>
    public static FactKind Customer { get; } = new("customer", "customer name", ValuePool.FromSplit(Names.Person))
    {
        Notes = new("customer", ["My name is {v}."], ["My name is {v}."]),
        Questions = new("ask-customer",
            ["Who is the customer?", "What is the name of the customer?", "Who wrote the message?", "What is the customer called?"],
            ["Who is the customer who wrote the message?", "What name does the customer have?"]),
    };

    private static FactKind Product { get; } = new("product", "product", ProductFacts.Name.Values)
    {
        Notes = new("product",
            ["I ordered the {v}.", "My order is about the {v}.", "I bought the {v} from you.", "The product is the {v}.", "I chose the {v}.", "It is about the {v}."],
            ["I ordered the {v} from you.", "My message is about the {v}."]),
        Questions = new("ask-product",
            ["Which product did the customer order?", "What did the customer buy?", "Which product is the order about?", "What product was ordered?"],
            ["Which product did the customer buy?", "What product did the customer order?"]),
    };

    private static FactKind Colour { get; } = new("colour", "colour", ProductFacts.Colour.Values)
    {
        Notes = new("order-colour",
            ["I want it in {v}.", "I chose the colour {v}.", "The colour is {v}.", "Please send it in {v}.", "I took it in {v}.", "My colour is {v}."],
            ["I chose it in {v}.", "The colour I want is {v}."]),
        Questions = new("ask-order-colour",
            ["Which colour does the customer want?", "What colour was ordered?", "Which colour did the customer choose?", "In which colour should we send it?"],
            ["What colour does the customer want?", "What colour did the customer choose?"]),
    };

    private static FactKind Size { get; } = new("size", "size", ValuePool.From("size", static random => random.NextInt32(2) == 0
        ? random.Pick(Letters)
        : $"{30 + 2 * random.NextInt32(12)}"))
    {
        Notes = new("size",
            ["My size is {v}.", "I need size {v}.", "I wear size {v}.", "I took it in size {v}.", "The size is {v}.", "Size {v} is right for me."],
            ["I take size {v}.", "The size I need is {v}."]),
        Questions = new("ask-size",
            ["Which size does the customer need?", "What size does the customer wear?", "Which size was ordered?", "What size is it?"],
            ["What size does the customer need?", "Which size does the customer wear?"]),
    };

    private static FactKind Quantity { get; } = new("quantity", "quantity", ValuePool.From("quantity", static random => $"{random.NextInt32(2, 60)} pieces"))
    {
        Notes = new("quantity",
            ["I need {v}.", "Please send {v}.", "I ordered {v}.", "The quantity is {v}.", "I would like {v}.", "We want {v} for our team."],
            ["Please send me {v}.", "The quantity I need is {v}."]),
        Questions = new("ask-quantity",
            ["How many pieces does the customer want?", "How many pieces were ordered?", "What quantity was ordered?", "How many pieces should we send?"],
            ["How many pieces does the customer need?", "How many pieces did the customer order?"]),
    };

    private static FactKind City { get; } = new("city", "delivery city", ValuePool.FromSplit(Names.Word))
    {
        Notes = new("city",
            ["Please send it to {v}.", "I live in {v}.", "The parcel goes to {v}.", "My address is in {v}.", "The delivery city is {v}.", "I am from {v}."],
            ["Please send the parcel to {v}.", "The city I live in is {v}."]),
        Questions = new("ask-city",
            ["In which city does the customer live?", "Where does the customer live?", "Which city does the parcel go to?", "Where should we send it?"],
            ["Which city does the customer live in?", "Where does the parcel go?"]),
    };

    private static FactKind Number { get; } = new("number", "order number", ValuePool.From("number", static random => $"{random.NextInt32(10000, 100000)}"))
    {
        Notes = new("number",
            ["My order number is {v}.", "The order has the number {v}.", "You find my order under {v}.", "It is order {v}.", "The order number is {v}.", "I write about order {v}."],
            ["My order has the number {v}.", "You find it under order number {v}."]),
        Questions = new("ask-number",
            ["Which number does the order have?", "What number does the order have?", "Under which number do I find the order?", "What is the number of the order?"],
            ["Which order number does the customer give?", "Under what number do I find the order?"]),
    };

    private static FactKind Reason { get; } = new("reason", "reason for the return", ValuePool.Combine("reason",
        ["the zip", "the collar", "the colour", "the seam", "the belt", "the button", "the pocket", "the hem", "the lining", "the label"],
        ["is broken", "is too dark", "is too tight", "is too wide", "is loose", "is stained", "is missing", "is torn", "is not straight", "is scratchy"]))
    {
        Notes = new("reason",
            ["I want to return it because {v}.", "Sadly {v}.", "The reason for my return is that {v}.", "I send it back because {v}.", "I am not happy because {v}.", "I noticed that {v}."],
            ["It comes back because {v}.", "The reason is that {v}."]),
        Questions = new("ask-reason",
            ["Why does the customer return it?", "What is wrong with it?", "Why is the customer not happy?", "Why does the customer send it back?"],
            ["What is the reason for the return?", "Why does it come back?"]),
    };

    private static FactKind Date { get; } = new("date", "order date", ValuePool.From("date", static random => $"{random.NextInt32(1, 29)} {random.Pick(Months)}"))
    {
        Notes = new("date",
            ["I placed the order on {v}.", "The order date is {v}.", "It was ordered on {v}.", "I ordered on {v}.", "The date of my order is {v}.", "My order is from {v}."],
            ["I placed my order on {v}.", "The date of the order is {v}."]),
        Questions = new("ask-date",
            ["When was the order placed?", "On which day did the customer order?", "What is the date of the order?", "When did the customer order it?"],
            ["When did the customer place the order?", "On which day was the order placed?"]),
    };

    private static FactKind Phone { get; } = new("phone", "phone number", ValuePool.From("customer-phone", static random => $"0{random.NextInt32(10, 100)} {random.NextInt32(100, 1000)} {random.NextInt32(100, 1000)}"))
    {
        Notes = new("phone",
            ["My phone number is {v}.", "You can call me on {v}.", "Call me on {v}.", "Please call {v}.", "I can be reached on {v}.", "The phone number is {v}."],
            ["Please call me on {v}.", "You can reach me by phone on {v}."]),
        Questions = new("ask-phone",
            ["On which number can we call the customer?", "What phone number does the customer give?", "How can we reach the customer by phone?", "Which number should we call?"],
            ["On what number can we call the customer?", "Which phone number does the customer give?"]),
    };

    /// <summary>Customers' messages about orders.</summary>
    public static World Orders { get; } = new()
    {
        Name = "order",
        Subject = Customer,
        Kinds = [Product, Colour, Size, Quantity, City, Number, Reason, Date, Phone],
        Openers = new("order",
            ["My name is {v}.", "Hello, my name is {v}.", "Dear StyleSprint team, I am {v}.", "Hello, this is {v}.", "I am {v}.", "Good morning, my name is {v}."],
            ["Dear team, my name is {v}.", "Good morning, I am {v}.", "Hello, I am {v}."]),
        Referents = ["the order", "this order", "the order of {v}"],
    };
}
